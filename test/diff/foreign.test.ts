/** Differences in rules of other programs, and missing parts of dumps, must not be reported as equal. */
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
      'by the policy of FORWARD (table mangle)',
    ],
    [
      "a rule before kube-proxy's",
      (text: string) => text.replace('-A FORWARD', '-A FORWARD -j DROP\n-A FORWARD'),
      'FORWARD (table filter) has 1 more',
      'by rule 1 of FORWARD (table filter)',
    ],
    [
      'a chain of somebody else',
      (text: string) =>
        text
          .replace('-A FORWARD', '-A DOCKER-USER -s 10.0.0.0/8 -j RETURN\n-A FORWARD')
          .replace(':FORWARD ACCEPT [0:0]\n', ':FORWARD ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n'),
      'DOCKER-USER (table filter) has 1 more',
      undefined,
    ],
  ] as const)('are told, and what they do to Services: %s', (_name, change, told, stopped) => {
    const report = compare(recorded, change(recorded));
    expect(report).toMatchObject({
      differs: stopped !== undefined,
      foreignDiffer: true,
      notes: [`Rules that are not kube-proxy's also differ: ${told}`],
    });
    if (stopped === undefined) {
      expect(verdictOf(report)).toBe(
        "No difference in kube-proxy's rules; other rules on the way of traffic differ (see the note).",
      );
      return;
    }
    const sentences = report.services.flatMap(({ changes }) => changes.map(({ sentence }) => sentence));
    expect(sentences.join(' ')).toContain(`dropped without an answer, ${stopped}, which is not kube-proxy's`);
  });

  it('that stop one network are told of the Services that it no longer reaches', () => {
    const guests = (text: string): string =>
      text.replace('-A FORWARD', '-A FORWARD -s 198.51.100.16/28 -j DROP\n-A FORWARD');
    const { services } = compare(recorded, guests(recorded));
    expect(
      services.map(({ name, severity, changes }) => [name, severity, changes.map(({ sentence }) => sentence)]),
    ).toEqual([
      [
        'default/web:http',
        'stops',
        [
          "Clients outside the cluster in 198.51.100.16/28 no longer reach the cluster IP and the node port: packets are dropped without an answer, by rule 1 of FORWARD (table filter), which is not kube-proxy's",
        ],
      ],
    ]);
  });

  it('are proved by the packets that they are about, and one of them on both sides', () => {
    const guests = (text: string): string =>
      text.replace('-A FORWARD', '-A FORWARD -s 198.51.100.16/28 -j DROP\n-A FORWARD');
    const entries = [...compare(recorded, guests(recorded)).traffic()];
    const own = entries.filter(({ service }) => service === 'default/web:http');
    const first = own.find(({ packets }) => packets.destination.join() === '10.96.0.50');
    expect(new Set(own.flatMap(({ packets }) => packets.destinationPort))).toEqual(new Set(['80', '30080']));
    expect(new Set(entries.map(({ packets }) => packets.source.join()))).toEqual(
      new Set(['198.51.100.16-198.51.100.31']),
    );
    expect(first).toMatchObject({
      service: 'default/web:http',
      severity: 'stops',
      packets: { source: ['198.51.100.16-198.51.100.31'], destination: ['10.96.0.50'], destinationPort: ['80'] },
      witness: { protocol: 'tcp', destination: '10.96.0.50:80' },
    });
    expect(first?.before.map(({ verdict, destination }) => [verdict, destination])).toEqual([
      ['ACCEPT', '10.244.2.5:8080'],
      ['ACCEPT', '10.244.3.6:8080'],
    ]);
    expect(new Set(first?.after.map(({ verdict }) => verdict))).toEqual(new Set(['DROP']));
  });

  it('are about the interfaces by which their packets come in', () => {
    // util/linuxfw/iptables_runner.go of Tailscale
    const tailscale = recorded
      .replace('-A POSTROUTING', '-A POSTROUTING -m mark --mark 0x40000/0xff0000 -j MASQUERADE\n-A POSTROUTING')
      .replace('-A FORWARD', '-A FORWARD -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000\n-A FORWARD');
    const { nodeDifferences } = compare(recorded, tailscale);
    expect(nodeDifferences.length).toBeGreaterThan(0);
    for (const { sentence } of nodeDifferences) expect(sentence).toContain(' that come in by tailscale0: seen with');
  });

  it('of a CNI are named as its own', () => {
    const policy = (text: string): string =>
      text
        .replace(':FORWARD ACCEPT [0:0]\n', ':FORWARD ACCEPT [0:0]\n:KUBE-NWPLCY-X - [0:0]\n')
        .replace(
          '-A FORWARD',
          '-A FORWARD -d 10.244.2.5/32 -j KUBE-NWPLCY-X\n-A KUBE-NWPLCY-X -s 203.0.113.0/24 -j REJECT\n-A FORWARD',
        );
    const sentences = compare(recorded, policy(recorded)).services.flatMap(({ changes }) =>
      changes.map(({ sentence }) => sentence),
    );
    // FORWARD sees the client's own address, because POSTROUTING, which masquerades, comes after it.
    expect(sentences).toEqual([
      "Traffic from clients outside the cluster in 203.0.113.0/24 no longer goes to 10.244.2.5:8080: 1 endpoint, and 1/2 of connections reach none (before: 2 endpoints, each 1/2), by rule 1 of KUBE-NWPLCY-X (table filter), which is kube-router's",
    ]);
  });

  it('are told apart where only their order changed', () => {
    const [first, second] = ['-A FORWARD -i eth0 -j ACCEPT\n', '-A FORWARD -j DROP\n'];
    const withBoth = (both: string): string => recorded.replace('-A FORWARD', `${both}-A FORWARD`);
    expect(compare(withBoth(first + second), withBoth(second + first)).notes).toEqual([
      "Rules that are not kube-proxy's also differ: FORWARD (table filter) has its rules in another order",
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
          `\\.save does not contain table ${other} \\(iptables-save without -t prints all\\), so it was not compared$`,
        ),
      );
      expect(verdictOf(report)).toBe('No difference in the tables that both contain (see the note).');
    }
  });

  it('still show what changed in it', () => {
    expect(compare(recorded, onlyTable('nat').replaceAll('--dport 30080', '--dport 30081')).differs).toBe(true);
  });
});
