/** A dump without lines of its middle: the rules after the gap are read in their table, and what is missing is said. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-gap-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const names = readdirSync('golden').filter((name) => !name.startsWith('large'));
const textOf = (name: string): string => {
  try {
    return readFileSync(`golden/${name}/iptables.ipv4.save`, 'utf8');
  } catch {
    return '';
  }
};

/** The rules of a text with their tables, by line; `shift` is added to the numbers of the lines after `from`. */
function tablesOf(text: string, from = Infinity, shift = 0): Map<number, string> {
  return new Map(
    parseDump({ name: 'cut', text }).dumps.flatMap(({ ruleSet }) =>
      ruleSet.tables.flatMap(({ name, rules }) =>
        rules.map(({ line, chain }) => [line > from ? line + shift : line, `${name} ${chain}`] as const),
      ),
    ),
  );
}

/** Gaps that begin in one table and end in another, `count` of them. */
function gapsIn(text: string, count: number): (readonly [number, number])[] {
  const lines = text.split('\n');
  const tables = lines.flatMap((line, index) => (line.startsWith('*') ? [index] : []));
  return Array.from({ length: count }, (_, number) => {
    const table = 1 + (number % (tables.length - 1));
    const [before = 0, begin = 0, end = lines.length] = [tables[table - 1], tables[table], tables[table + 1]];
    const at = (first: number, last: number, part: number): number => first + 1 + ((part * 7919) % (last - first - 2));
    return [at(before, begin, number), at(begin, end, number * 31 + 5)] as const;
  });
}

describe('a dump that lost its middle', () => {
  it.each(names)('has each rule in its own table: %s', (name) => {
    const text = textOf(name);
    if (text === '') return;
    const whole = tablesOf(text);
    expect(parseDump({ name: 'whole', text }).findings).toEqual([]);
    for (const [from, to] of gapsIn(text, 60)) {
      const lines = text.split('\n');
      const cut = [...lines.slice(0, from), ...lines.slice(to)].join('\n');
      const wrong = [...tablesOf(cut, from, to - from)].filter(([line, place]) => whole.get(line) !== place);
      expect([from, to, wrong]).toEqual([from, to, []]);
    }
  });

  it('says what is missing, and concludes nothing from it', async () => {
    const lines = textOf('nodeport').split('\n');
    const [from, to] = [
      lines.findIndex((line) => line.startsWith('-A FORWARD')),
      lines.findIndex((line) => line.startsWith('-A KUBE-EXT')),
    ];
    const cut = [...lines.slice(0, from), ...lines.slice(to)].join('\n');
    const { findings } = parseDump({ name: 'cut', text: cut });
    expect(findings.map(({ rule, range }) => `${rule} ${range.start.line}`)).toEqual([`dump/lost-lines ${from + 1}`]);
    const file = join(directory, 'cut.save');
    writeFileSync(file, cut);
    const { out } = await run([
      'trace',
      '--quiet',
      '--host',
      'golden/nodeport/host.json',
      '--to',
      '192.168.0.2:30080',
      file,
    ]);
    for (const table of ['filter', 'nat'])
      expect(out).toContain(`no missing rule of table ${table} concerns it: the inputs hold only a part of that table`);
  });
});
