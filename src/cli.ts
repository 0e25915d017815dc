#!/usr/bin/env node
import { main } from './commands/main.js';
import { processIo } from './commands/process-io.js';

void main(process.argv.slice(2), processIo()).then((status) => { process.exitCode = status; });
