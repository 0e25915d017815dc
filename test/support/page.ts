import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from './run.js';

/** A step of a page: a file that it shows, or a command and what it prints. */
export type Step = { readonly file: string; readonly text: string } | { readonly command: string; readonly text: string };

/** The page from top to bottom: files (`<!-- file: NAME -->` before a fence), and `$` commands of console fences. */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(/(?:<!-- file: (\S+) -->\n)?```(\w*)\n([^]*?)```/g)].flatMap(([, file, language, text = '']): Step[] => {
    if (file !== undefined) return [{ file, text }];
    if (language !== 'console') return [];
    return text.split(/^\$ /m).slice(1).map((part) => ({ command: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) }));
  });
}

/** Follows a page in an empty directory: writes its files, runs its kubechains commands, expects what it says; gives the number of commands. */
export async function followPage(path: string): Promise<number> {
  const page = readFileSync(resolve(path), 'utf8');
  const before = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-page-'));
  process.chdir(directory);
  try {
    let commands = 0;
    for (const step of stepsOf(page)) {
      if ('file' in step) writeBelow(directory, step.file, step.text);
      else commands += await expectOutput(step.command, step.text);
    }
    return commands;
  } finally {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  }
}

export function writeBelow(directory: string, name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}

async function expectOutput(command: string, text: string): Promise<1> {
  const [program, ...words] = command.split(' ');
  if (program !== 'kubechains') throw new Error(`the page runs ${command}`);
  const printed: string[] = [];
  await run(words, { out: (part) => { printed.push(part); }, err: (part) => { printed.push(part); } });
  expect(`$ ${command}\n${printed.join('')}`).toBe(`$ ${command}\n${text}`);
  return 1;
}
