#!/usr/bin/env node
/**
 * What kubectl runs to complete `kubectl chains …`; see
 * https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 */
import { processIo } from './commands/process-io.js';
import { main } from './commands/main.js';

// Stands where the process ends before the command does, which would be a defect.
process.exitCode = 3;
void main(['completion', '--candidates', '--', ...process.argv.slice(2)], processIo()).then((status) => {
  process.exitCode = status;
});
