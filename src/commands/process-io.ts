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
      process.stderr.write(text);
    },
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    inIsTerminal: process.stdin.isTTY,
    outColumns: process.stdout.columns,
    environment: process.env,
    workingDirectory: process.cwd(),
  };
}
