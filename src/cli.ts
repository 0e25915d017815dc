#!/usr/bin/env node
import { main } from './commands/main.js';
import { processIo } from './commands/process-io.js';

process.exitCode = await main(process.argv.slice(2), processIo());
