import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import { UsageError, type Io } from '../../src/commands/command.js';
import { commands } from '../../src/commands/registry.js';

/** One step of a page: a file, or a command with its output. */
export interface Step {
  readonly file?: string;
  readonly command?: string;
  readonly text: string;
}

/**
 * The steps of a page in order: files (`<!-- file: NAME -->` before a fence), and the `$` commands of its console
 * blocks with their output. A block after `<!-- not run -->` is left out.
 */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(/(?:<!-- (file: (\S+)|not run) -->\n)?```(\w+)\n([^]*?)```/g)].flatMap(
    ([, note, file, language, text = '']): Step[] => {
      if (file !== undefined) return [{ file, text }];
      if (language !== 'console' || note === 'not run') return [];
      return text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => ({ command: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) }));
    },
  );
}

/**
 * Runs `kubechains …` in this process and returns its output, standard output and standard error in the order written.
 */
export async function runCommand(line: string): Promise<string> {
  const [program, name, ...words] = line.split(' ');
  const entry = commands.find((command) => command.name === name);
  if (program !== 'kubechains' || entry === undefined) throw new Error(`a page runs ${line}`);
  let printed = '';
  const io: Io = {
    out: (text) => {
      printed += text;
    },
    err: (text) => {
      printed += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: true,
    environment: {},
    workingDirectory: process.cwd(),
  };
  try {
    const command = await entry.load();
    await command.run(parseArguments(command, words), io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printed += `kubechains: ${error.message}\n`;
  }
  return printed;
}

/** Writes a file of a page, into a directory of the test. */
export function writePageFile(directory: string, file: string, text: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), text);
}

/** The printed text, reduced to what a page shows: a line `…` on the page replaces any lines. */
export function asShown(printed: string, shown: string): string {
  const lines = printed.split('\n');
  const kept: string[] = [];
  let next = 0;
  for (const line of shown.split('\n')) {
    if (line === '…') {
      kept.push(line);
      continue;
    }
    const skipped = kept.at(-1) === '…';
    const found = skipped ? lines.indexOf(line, next) : next;
    if (found < 0 || lines[found] === undefined) return printed;
    kept.push(lines[found]);
    next = found + 1;
  }
  return kept.join('\n');
}
