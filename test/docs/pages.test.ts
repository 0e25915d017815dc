/** Every console block of the README and the documentation prints what it shows. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asShown, runCommand, stepsOf, writePageFile } from '../support/pages.js';

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'examples/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));

describe('pages', () => {
  const before = process.cwd();
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-page-'));
    cpSync(resolve(before, 'examples'), join(directory, 'examples'), { recursive: true });
    process.chdir(directory);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  });

  it.each(pages)('%s prints what it says', async (page) => {
    for (const { file, command, text } of stepsOf(texts.get(page) ?? '')) {
      if (file !== undefined) writePageFile(directory, file, text);
      else if (command !== undefined)
        expect(`$ ${command}\n${asShown(await runCommand(command), text)}`).toBe(`$ ${command}\n${text}`);
    }
  });

  it('has commands to run at all', () => {
    expect([...texts.values()].flatMap(stepsOf).length).toBeGreaterThan(8);
  });

  it.each(pages)('%s links to files that exist', (page) => {
    const links = [...(texts.get(page) ?? '').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => {
      try {
        return readFileSync(resolve(before, page, '..', link)).length < 0;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'EISDIR';
      }
    });
    expect(missing).toEqual([]);
  });
});
