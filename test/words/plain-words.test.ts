/** Pages, help texts and messages use the field's usual words, and none of those in `riddles.ts`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commandHelp } from '../../src/commands/help.js';
import { commands } from '../../src/commands/registry.js';
import { riddlesIn } from './riddles.js';
import { textsOf } from './texts.js';

/** Pages that are already in plain words, and folders of messages. */
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'golden/README.md',
  ...['docs', 'docs/migrate'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md') && !/\.ko\.md$|^(?:explain|names|questions|trace)\.md$/.test(name))
      .map((name) => join(folder, name)),
  ),
];
const folders = ['src/commands', 'src/migrate'];

const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

it.each(pages)('%s', (page) => {
  expect(riddlesIn(readFileSync(page, 'utf8'))).toEqual([]);
});

it.each(commands)('the help of $name', async (command) => {
  expect(riddlesIn(commandHelp(await command.load()))).toEqual([]);
});

it.each(sources)('messages of %s', (file) => {
  expect(textsOf(readFileSync(file, 'utf8')).flatMap(riddlesIn)).toEqual([]);
});

describe('the list of riddles', () => {
  it('finds each of them, with the words to write instead', () => {
    const found = riddlesIn('The address is filled in and told. Its ranges stand below. It is no mapping.');
    expect(found.map((line) => line.split(' → ')[0])).toEqual(['told', 'stand', 'is no mapping']);
  });

  it('takes texts of messages, not comments, imports or code', () => {
    const source = "// told\nimport x from 'told';\nconst told = `one ${told} two`;\nf('three');";
    expect(textsOf(source)).toEqual(['one ', ' two', 'three']);
  });
});
