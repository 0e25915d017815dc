import { join, resolve } from 'node:path';
import { printable } from '../diagnostics/terminal.js';
import { pathExists } from '../files/exists.js';
import { writeFileAtomically } from '../files/write.js';
import { startingSettings } from '../lint/starting-settings.js';
import { UsageError, type Command } from './command.js';
import { attemptWrite } from './write-output.js';

const fileName = 'kubechains.yaml';

export const init: Command = {
  name: 'init',
  summary: 'write a kubechains.yaml to start from',
  usage: '[DIRECTORY] [--force]',
  description: `Writes ${fileName}, the settings that lint, generate, explain, trace and diff look for from the working
directory upward. The file contains every setting as a comment with an explanation; editors check it with its JSON Schema.`,
  options: [{ name: 'force', description: `replace an existing ${fileName}` }],
  examples: [
    { description: 'in the working directory', command: 'kubechains init' },
    { description: 'in another directory', command: 'kubechains init deploy/' },
  ],
  run: (args, io) => {
    if (args.positionals.length > 1) throw new UsageError('init takes one directory');
    const directory = args.positionals[0] ?? '.';
    const name = directory === '.' ? fileName : join(directory, fileName);
    const path = resolve(io.workingDirectory, name);
    if (!args.has('force') && pathExists(path))
      throw new UsageError(`${printable(name)} already exists: edit it, or replace it with --force`);
    attemptWrite(name, () => {
      writeFileAtomically(path, [startingSettings]);
    });
    io.err(`Wrote ${printable(name)}.\n`);
    return Promise.resolve(0);
  },
};
