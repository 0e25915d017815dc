/** Pages in two languages show the same files, commands and pictures, in the same sections, tables and lists. */
import { readFileSync, readdirSync } from 'node:fs';

const translations = readdirSync('docs').filter((name) => name.endsWith('.ko.md'));
const translated = translations.map((name) => [`docs/${name.replace('.ko.md', '.md')}`, `docs/${name}`] as const);
/** The Korean index begins with the Korean pages and is not a line-by-line translation. */
const pages = translated.filter(([page]) => page !== 'docs/README.md');

/** The content of fences, without words in pictures and comments in manifests, which are translated. */
function blocksOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/(?:<!-- [^>]+ -->\n)?```(\w+)\n[^]*?```/g)].map(
    ([block, language]) => {
      if (language === 'mermaid') return block.replace(/"[^"]*"/g, '""').replace(/( as |: ).*$/gm, '$1');
      return language === 'yaml' ? block.replace(/# .*$/gm, '#') : block;
    },
  );
}

/** Headings with their levels, table rows with their columns, and list items, in order. */
function outlineOf(page: string): string[] {
  return readFileSync(page, 'utf8')
    .replace(/```[^]*?```/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, heading = '', number = ''] = /^(#+) (\d+\.)?/.exec(line) ?? [];
      if (heading !== '') return [`${heading} ${number}`];
      if (line.startsWith('|')) return [`row of ${line.split(' | ').length}`];
      return /^(?:-|\d+\.) /.test(line) ? [line.slice(0, 2)] : [];
    });
}

/** The link targets of a page, without language and section. */
function linksOf(page: string): string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) =>
    link.replace('.ko.md', '.md'),
  );
  return [...new Set(links)].sort();
}

describe.each(pages)('%s and %s', (page, translation) => {
  it('show the same files, commands and pictures', () => {
    expect(blocksOf(translation)).toEqual(blocksOf(page));
    expect(blocksOf(page).length).toBeGreaterThan(5);
  });

  it('have the same sections, tables and lists', () => {
    expect(outlineOf(translation)).toEqual(outlineOf(page));
  });

  it('link to the same pages', () => {
    expect(linksOf(translation)).toEqual(linksOf(page));
  });
});

it('tutorial, questions and symptoms are there in Korean, and the index', () => {
  expect(translations.sort()).toEqual(['README.ko.md', 'questions.ko.md', 'symptoms.ko.md', 'tutorial.ko.md']);
});

it('the index in Korean leads to every page in Korean', () => {
  for (const [, translation] of pages)
    expect(readFileSync('docs/README.ko.md', 'utf8')).toContain(`(${translation.replace('docs/', '')})`);
});
