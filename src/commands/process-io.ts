import type { Io } from './command.js';

/** The process' own streams and surroundings. `kubechains … | head` closes the pipe early: that is no failure. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 3); });
  }
  return {
    out: (text) => { process.stdout.write(text); },
    err: (text) => { process.stderr.write(text); },
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    inIsTerminal: process.stdin.isTTY,
    outColumns: process.stdout.columns,
    environment: process.env,
    workingDirectory: process.cwd(),
  };
}
