#!/usr/bin/env node
import { main } from './commands/main.js';
import { processIo } from './commands/process-io.js';

// Remains set only if the process ends before the command does, which would be a bug.
process.exitCode = 3;
void main(process.argv.slice(2), processIo()).then((status) => {
  process.exitCode = status;
});
