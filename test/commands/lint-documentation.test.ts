import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import { UsageError, type Command, type Io } from '../../src/commands/command.js';
import { lint } from '../../src/commands/lint.js';
import { rules } from '../../src/commands/rules.js';

interface Step { readonly file?: string; readonly command?: string; readonly text: string }

/** The page from top to bottom: files that it shows (`<!-- file: NAME -->` before a fence), and commands with what they print. */
function stepsOf(page: string): Step[] {
  return [...page.matchAll(/(?:<!-- file: (\S+) -->\n)?```(\w+)\n([^]*?)```/g)].flatMap(([, file, language, text = '']): Step[] => {
    if (file !== undefined) return [{ file, text }];
    if (language !== 'console') return [];
    return text.split(/^\$ /m).slice(1).map((part) => ({ command: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) }));
  });
}

async function run(words: readonly string[]): Promise<string> {
  let printed = '';
  const io: Io = {
    out: (text) => { printed += text; }, err: (text) => { printed += text; },
    outIsTerminal: false, errIsTerminal: false, inIsTerminal: true, environment: {}, workingDirectory: process.cwd(),
  };
  const command: Command | undefined = [lint, rules].find(({ name }) => name === words[1]);
  if (words[0] !== 'kubechains' || command === undefined) throw new Error(`the page runs ${words.join(' ')}`);
  try {
    await command.run(parseArguments(command, words.slice(2)), io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printed += `kubechains: ${error.message}\n`;
  }
  return printed;
}

describe('docs/lint.md', () => {
  const page = readFileSync(resolve('docs/lint.md'), 'utf8');
  const before = process.cwd();
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-page-'));
    process.chdir(directory);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  });

  it('prints what it says', async () => {
    const commands: string[] = [];
    for (const { file, command, text } of stepsOf(page)) {
      if (file !== undefined) {
        mkdirSync(dirname(join(directory, file)), { recursive: true });
        writeFileSync(join(directory, file), text);
      } else if (command !== undefined) {
        commands.push(command);
        expect(`$ ${command}\n${await run(command.split(' '))}`).toBe(`$ ${command}\n${text}`);
      }
    }
    expect(commands.length).toBeGreaterThan(4);
  });

  it('names every format', () => {
    for (const choice of lint.options.find(({ name }) => name === 'format')?.choices ?? ['none']) expect(page).toContain(`| ${choice} |`);
  });
});
