#!/usr/bin/env node
/**
 * kubectl runs this to complete `kubectl chains …`; see
 * https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 */
import { processIo } from './commands/process-io.js';
import { main } from './commands/main.js';

// Remains set only if the process ends before the command does, which would be a bug.
process.exitCode = 3;
void main(['completion', '--candidates', '--', ...process.argv.slice(2)], processIo()).then((status) => {
  process.exitCode = status;
});
