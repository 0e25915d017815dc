/** Pages, help texts, messages and comments use the field's usual words, and none of those in `riddles.ts`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commandHelp } from '../../src/commands/help.js';
import { commands } from '../../src/commands/registry.js';
import { riddlesIn } from './riddles.js';
import { commentsOf, textsOf } from './texts.js';

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'golden/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.endsWith('.ko.md'))
    .map((name) => join('docs', name)),
];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));

it.each(pages)('%s', (page) => {
  expect(riddlesIn(readFileSync(page, 'utf8'))).toEqual([]);
});

it.each(commands)('the help of $name', async (command) => {
  expect(riddlesIn(commandHelp(await command.load()))).toEqual([]);
});

it('messages', () => {
  const found = sources.flatMap((file) =>
    textsOf(readFileSync(file, 'utf8')).flatMap((text) => riddlesIn(text).map((riddle) => `${file}: ${riddle}`)),
  );
  expect(found).toEqual([]);
  expect(sources.length).toBeGreaterThan(300);
});

it.each(['src', 'test', 'scripts', 'bench'])('comments of %s', (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:ts|mjs)$/.test(name));
  const comments = files.flatMap((name) =>
    commentsOf(readFileSync(join(folder, name), 'utf8')).map((text) => ({ name, text })),
  );
  const found = comments.flatMap(({ name, text }) => riddlesIn(text).map((riddle) => `${name}: ${riddle}`));
  expect(found).toEqual([]);
  expect(comments.length).toBeGreaterThan(30);
});

describe('the list of riddles', () => {
  it('finds each of them, with the words to write instead', () => {
    const found = riddlesIn('The address is filled in and told. Its ranges stand below. It is no mapping.');
    expect(found.map((line) => line.split(' → ')[0])).toEqual(['told', 'stand', 'is no mapping']);
  });

  it('takes comments of any kind, not what looks like one in a text', () => {
    const source =
      "/** One\n * is told. */\nf('// no', `/* ${/\\/\\/ nor this/} */`); // two\n  // lines\n/* the end */ g();";
    expect(commentsOf(source)).toEqual(['One is told.', 'two', 'lines', 'the end']);
  });

  it('takes texts of messages, not comments, imports, code or single words', () => {
    const source =
      "// is told\nimport x from 'is told';\nconst kind = 'told';\nf(`an ${told} address`, 'three words here');";
    expect(textsOf(source)).toEqual(['an ', ' address', 'three words here']);
  });
});
