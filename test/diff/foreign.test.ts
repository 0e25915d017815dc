/** What is not kube-proxy's, and what a dump does not hold, must not pass for the same. */
import { readFileSync } from 'node:fs';
import { compareSides } from '../../src/diff/report.js';
import { nodeOfTexts } from '../support/nodes.js';
import { printText } from '../../src/diff/print-text.js';
import type { DiffReport } from '../../src/diff/types.js';

const recorded = readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8');

function compare(before: string, after: string): DiffReport {
  const side = (name: string, text: string) => nodeOfTexts([{ name, text }], { name });
  return compareSides(side('before.save', before), side('after.save', after));
}

const verdictOf = (report: DiffReport): string => printText(report, { colour: false }).split('\n')[0] ?? '';
const onlyTable = (name: string): string =>
  `${new RegExp(`^\\*${name}\\n[^]*?^COMMIT$`, 'm').exec(recorded)?.[0] ?? ''}\n`;

describe("rules that are not kube-proxy's", () => {
  it.each([
    [
      'the policy of FORWARD',
      (text: string) => text.replace(':FORWARD ACCEPT', ':FORWARD DROP'),
      'the policy of FORWARD (table mangle) was ACCEPT and is DROP',
    ],
    [
      "a rule before kube-proxy's",
      (text: string) => text.replace('-A FORWARD', '-A FORWARD -j DROP\n-A FORWARD'),
      'FORWARD (table filter) has 1 more',
    ],
    [
      'a chain of somebody else',
      (text: string) =>
        text
          .replace('-A FORWARD', '-A DOCKER-USER -s 10.0.0.0/8 -j RETURN\n-A FORWARD')
          .replace(':FORWARD ACCEPT [0:0]\n', ':FORWARD ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n'),
      'DOCKER-USER (table filter) has 1 more',
    ],
  ])('are told, though not followed: %s', (_name, change, told) => {
    const report = compare(recorded, change(recorded));
    expect(report).toMatchObject({
      differs: false,
      foreignDiffer: true,
      notes: [`Rules that are not kube-proxy's differ as well, and were not followed: ${told}`],
    });
    expect(verdictOf(report)).toBe(
      "No difference in what is kube-proxy's; other rules that traffic meets are not the same (see the note).",
    );
  });

  it('are told apart where only their order changed', () => {
    const [first, second] = ['-A FORWARD -i eth0 -j ACCEPT\n', '-A FORWARD -j DROP\n'];
    const withBoth = (both: string): string => recorded.replace('-A FORWARD', `${both}-A FORWARD`);
    expect(compare(withBoth(first + second), withBoth(second + first)).notes).toEqual([
      "Rules that are not kube-proxy's differ as well, and were not followed: FORWARD (table filter) has its rules in another order",
    ]);
  });

  it('say nothing where they are the same', () => {
    expect(compare(recorded, recorded)).toMatchObject({
      differs: false,
      foreignDiffer: false,
      isPartial: false,
      notes: [],
    });
    expect(verdictOf(compare(recorded, recorded))).toBe('No difference: the same traffic, the same rules.');
  });
});

describe('dumps of one table', () => {
  it.each(['nat', 'filter'] as const)('are compared in what they hold: %s', (table) => {
    const other = table === 'nat' ? 'filter' : 'nat';
    for (const report of [compare(recorded, onlyTable(table)), compare(onlyTable(table), recorded)]) {
      expect(report).toMatchObject({ differs: false, isPartial: true, services: [], nodeDifferences: [] });
      expect(report.notes[0]).toMatch(
        new RegExp(
          `\\.save holds no table ${other} \\(iptables-save without -t prints all\\), so that it was not compared$`,
        ),
      );
      expect(verdictOf(report)).toBe('No difference in the tables that both hold (see the note).');
    }
  });

  it('still show what changed in it', () => {
    expect(compare(recorded, onlyTable('nat').replaceAll('--dport 30080', '--dport 30081')).differs).toBe(true);
  });
});
