/** Pages in two languages show the same files, commands and pictures, under as many headings. */
import { readFileSync } from 'node:fs';

const translated = [['docs/tutorial.md', 'docs/tutorial.ko.md']] as const;

function blocksOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/(?:<!-- file: \S+ -->\n)?```\w+\n[^]*?```/g)].map(([block]) => block);
}

function headingsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^(#+) (?:(\d+)\.)?/gm)].map(
    ([, depth = '', number = '']) => `${depth} ${number}`,
  );
}

it.each(translated)('%s and %s are in step', (page, translation) => {
  expect(blocksOf(translation)).toEqual(blocksOf(page));
  expect(blocksOf(page).length).toBeGreaterThan(10);
  expect(headingsOf(translation)).toEqual(headingsOf(page));
});
