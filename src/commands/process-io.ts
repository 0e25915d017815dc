import { fitLines } from '../diagnostics/layout.js';
import { explainError } from '../files/unreadable.js';
import type { Io } from './command.js';

/** The process' own streams and surroundings. `kubechains … | head` closes the pipe early: that is no failure. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      process.stderr.write(`kubechains: standard output cannot be written: ${explainError(error)}\n`);
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(isProse(text) ? fitLines(text, process.stderr.columns) : text);
    },
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    inIsTerminal: process.stdin.isTTY,
    outColumns: process.stdout.columns,
    environment: process.env,
    workingDirectory: workingDirectory(),
  };
}

/** What moves the cursor, as progress does, is no prose. Only a terminal has columns. */
function isProse(text: string): boolean {
  return process.stderr.isTTY && process.stderr.columns >= 40 && !text.includes('\r');
}

/** A shell may stand in a directory that somebody else removed: names that begin with / can still be read. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
