#!/usr/bin/env node
import { main } from './commands/main.js';

/** `kubechains … | head` closes the pipe early: that is no failure. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 3); });
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => { process.stdout.write(text); },
  err: (text) => { process.stderr.write(text); },
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  inIsTerminal: process.stdin.isTTY,
  outColumns: process.stdout.columns,
  environment: process.env,
  workingDirectory: process.cwd(),
});
