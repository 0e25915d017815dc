import { fitLines } from '../diagnostics/layout.js';
import { explainError } from '../files/unreadable.js';
import type { Io } from './command.js';

/** The streams and environment of the process. `kubechains … | head` closes the pipe early, which is not an error. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      process.stderr.write(`kubechains: standard output cannot be written: ${explainError(error)}\n`);
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  const directory = workingDirectory();
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
    workingDirectory: directory ?? '/',
    isDirectoryRemoved: directory === undefined,
  };
}

/** Whether a text is not progress output, which moves the cursor. Only a terminal has columns. */
function isProse(text: string): boolean {
  return process.stderr.isTTY && process.stderr.columns >= 40 && !text.includes('\r');
}

/** The shell's directory may have been deleted; absolute paths can still be read. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
