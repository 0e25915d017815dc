/** Every command on terminals of four widths: no line is wider that could be broken, and nothing is lost by it. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../src/commands/registry.js';
import { columnsOf } from '../../src/diagnostics/layout.js';
import { run } from '../support/run.js';
import { sharedPath } from '../support/shared.js';

const shop = 'examples/shop';
const broken = 'examples/broken';
const dump = 'golden/source-ranges/iptables.ipv4.save';
const scratch = mkdtempSync(join(tmpdir(), 'kubechains-width-'));

const always: readonly (readonly string[])[] = [
  [],
  ['--help'],
  ['generat'],
  ['generate', '--mod', 'ipvs', shop],
  ['lint', broken],
  ['lint', dump],
  ['rules'],
  ['rules', 'service/no-matching-pods'],
  ['explain', shop],
  ['explain', 'shop/web', shop],
  ['explain', 'shop/admin', '--mode', 'nftables', shop],
  ['explain', 'shop/web', '--mode', 'ipvs', shop],
  ['explain', 'KUBE-SERVICES', shop],
  ['explain', '10.96.0.1', shop],
  ['explain', dump],
  ['check', 'shop/web', shop],
  ['check', 'web', broken],
  ['trace', '--to', 'shop/web', shop],
  ['trace', '--to', 'shop/web', '--mode', 'nftables', shop],
  ['trace', '--to', '198.51.100.7:80', dump],
  ['diff', shop, broken],
  ['diff', '--stat', shop, broken],
  ['diff', '--mode', 'nftables', shop, `${shop}/web.yaml`],
  ['diff', 'HEAD~1', 'HEAD'],
  ['explore', '--output', join(scratch, 'no/such/folder/page.html'), shop],
  ['migrate', '--to', 'nftables', shop],
  ['migrate', '--to', 'ipvs', '--stat', shop],
  ['golden', 'check', shop],
  ['golden', 'chekc'],
  ['init', join(scratch, 'not-there', 'deeper')],
  ['completion', 'fihs'],
  ...commands.map(({ name }) => [name, '--help']),
];

const corpus = ['configs_corny_docker/docker.txt', 'tum/ip6tables-save-2016-03-16_13-53-28']
  .map((name) => sharedPath('corpus/iptables-save', name))
  .filter((file) => existsSync(file));

const recorded = corpus.flatMap((file) => [
  ['explain', file],
  ['lint', file],
  ['trace', '--to', '192.0.2.80:443', file],
  ['diff', file, dump],
]);

/** What a terminal of some width shows of a run: processIo fits standard error, main standard output. */
async function shownLines(words: readonly string[], outColumns: number): Promise<string[]> {
  const { out } = await run(words, { outIsTerminal: true, outColumns, environment: { NO_COLOR: '1' } });
  return out.split('\n');
}

/** A single word may be an address, a name or a link, which are copied. */
const isOneWord = (line: string): boolean => !/\S\s+\S/.test(line.trim().replace(/^[-+*!>] ?/, ''));

describe('a terminal', () => {
  it('of 60, 80, 120 or 200 columns holds what every command prints', async () => {
    expect(new Set(always.map(([name]) => name))).toEqual(
      new Set([undefined, '--help', 'generat', ...commands.map(({ name }) => name)]),
    );
    const wide: { words: string; columns: number; line: string }[] = [];
    const runs = [
      ...always.map((words) => [words, [60, 80, 120, 200]] as const),
      ...recorded.map((words) => [words, [60, 200]] as const),
    ];
    for (const [words, widths] of runs) {
      for (const columns of widths) {
        for (const line of await shownLines(words, columns))
          if (columnsOf(line) > columns && !isOneWord(line)) wide.push({ words: words.join(' '), columns, line });
      }
    }
    expect(wide).toEqual([]);
  }, 120_000);

  it('of 60 columns shows the same words as one without end', async () => {
    const wordsOf = (lines: readonly string[]): string[] => lines.join(' ').split(/\s+/).filter(Boolean).sort();
    for (const words of [['rules'], ['explain', shop], ['diff', shop, broken], ['migrate', '--to', 'ipvs', shop]])
      expect(wordsOf(await shownLines(words, 60))).toEqual(wordsOf(await shownLines(words, 9999)));
  });
});
