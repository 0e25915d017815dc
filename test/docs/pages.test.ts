/** Every console block of the README and the documentation prints what it shows. */
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
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
});

/** Every Markdown file for readers, including generated ones. */
const linked = [
  ...pages,
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && name.includes('/'))
    .map((name) => `docs/${name}`),
];

/** GitHub's anchor for a heading: letters, digits, `_` and `-` in lower case, spaces as `-`. */
function anchorsOf(page: string): Set<string> {
  const headings = [
    ...readFileSync(page, 'utf8')
      .replace(/```[^]*?```/g, '')
      .matchAll(/^#+ (.*)$/gm),
  ];
  return new Set(
    headings.map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it.each(linked)('%s links to files and sections that exist', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[^]*?```/g, '');
  const missing = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = '', anchor]) => {
    const target = file === '' ? page : join(dirname(page), file);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});
