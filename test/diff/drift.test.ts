/**
 * Every missing or added rule of kube-proxy on a node is reported, and no dump, however broken, stops the comparison.
 */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printMarkdown } from '../../src/diff/print-markdown.js';
import { printText } from '../../src/diff/print-text.js';
import { compareSides } from '../../src/diff/report.js';
import type { NodeModel } from '../../src/node/types.js';
import { nodeOfText } from '../support/nodes.js';
import { scenario, sideOf } from './support.js';

const names = [
  'etp-local-with-local',
  'lb-ranges-node-not-in',
  'multi-port-udp-sctp',
  'no-endpoints',
  'affinity',
  'nodeport-addresses',
  'two-slices-dup',
];
const saved = (name: string): string => readFileSync(join('golden', name, 'iptables.ipv4.save'), 'utf8');
const ipvs = (name: string): string =>
  ['save', 'ipset', 'ipvsadm']
    .map((format) => readFileSync(join('golden', name, `ipvs.ipv4.${format}`), 'utf8'))
    .join('');
const node = (text: string): NodeModel => nodeOfText(text);

/** Rules without effect: KUBE-FW chains end with one. */
const doesNothing = (line: string): boolean => !line.includes(' -j ');

describe('drift', () => {
  it.each(names)('tells every rule that is missing from %s', async (name) => {
    const manifests = await sideOf(scenario(name), 'iptables');
    const lines = saved(name).split('\n');
    const unnoticed = lines.filter(
      (line, index) =>
        line.startsWith('-A') &&
        !doesNothing(line) &&
        !compareSides(manifests, node(lines.filter((_, other) => other !== index).join('\n'))).differs,
    );
    expect(unnoticed).toEqual([]);
  });

  it.each(names)('tells every line that is missing from %s in IPVS mode', async (name) => {
    const manifests = await sideOf(scenario(name), 'ipvs');
    const lines = ipvs(name).split('\n');
    const unnoticed = lines.filter(
      (line, index) =>
        /^(?:-A|-a|add) /.test(line) &&
        !compareSides(manifests, node(lines.filter((_, other) => other !== index).join('\n'))).differs,
    );
    expect(unnoticed).toEqual([]);
  });

  it("tells rules of others in kube-proxy's chains, chains that nothing leads to, and rules that stand twice", async () => {
    const manifests = await sideOf(scenario('clusterip-2'), 'iptables');
    const text = saved('clusterip-2');
    const last = (line: string): string => text.replace(/COMMIT\n$/, `${line}\nCOMMIT\n`);
    for (const added of [
      '-A KUBE-SERVICES -s 192.0.2.0/24 -j RETURN',
      '-A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-AAAAAAAAAAAAAAAA',
      /^-A KUBE-SERVICES -d .*$/m.exec(text)?.[0] ?? '',
    ])
      expect([added, compareSides(manifests, node(last(added))).differs]).toEqual([added, true]);
  });

  it('tells whom a stale Service hurts where it takes the address of another', async () => {
    const manifests = await sideOf(scenario('clusterip-2'), 'iptables');
    const stale = saved('clusterip-2')
      .replace(
        /^-A KUBE-SERVICES -d .*$/m,
        (line) =>
          `${line.replace('default/web:http', 'default/aaa:http').replace(/KUBE-SVC-\w+/, 'KUBE-SVC-AAAAAAAAAAAAAAAA')}\n${line}`,
      )
      .replace(
        /COMMIT\n$/,
        '-A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-AAAAAAAAAAAAAAAA\n-A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -m tcp -j DNAT --to-destination 10.244.9.9:1\nCOMMIT\n',
      );
    const { services } = compareSides(manifests, node(stale));
    const web = services.find(({ name }) => name === 'default/web:http');
    expect(web?.changes.slice(0, 1).map(({ sentence }) => sentence)).toEqual([
      'Traffic does not go to 10.244.2.5:8080 and 10.244.3.6:8080 but goes to 10.244.9.9:1: 1 endpoint (by the manifests: 2 endpoints, each 1/2)',
    ]);
  });

  it.each([
    [
      'rules of both backends',
      (text: string) => text + text,
      'twice, as on a node with rules of both iptables-nft and iptables-legacy',
    ],
    [
      'tables of the other backend',
      (text: string) => `${text}# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n`,
      'there are also iptables-legacy tables',
    ],
    [
      'rules of 1.23 or older',
      (text: string) => text.replace('*nat\n', '*nat\n:KUBE-XLB-AAAAAAAAAAAAAAAA - [0:0]\n'),
      '1.23 or older',
    ],
    [
      'rules of userspace mode',
      (text: string) => text.replace('*nat\n', '*nat\n:KUBE-PORTALS-HOST - [0:0]\n'),
      'userspace mode',
    ],
    [
      'probabilities of five decimals',
      (text: string) => text.replace('0.33333333349', '0.33332999982'),
      'five decimals',
    ],
  ])('tells of %s', async (_, change, words) => {
    const [manifests, dump] = [await sideOf(scenario('clusterip-3'), 'iptables'), node(change(saved('clusterip-3')))];
    const told = compareSides(manifests, dump).nodeDifferences.map(({ sentence }) => sentence);
    expect(told.filter((sentence) => sentence.includes(words))).toHaveLength(1);
    // Short probabilities make shares unequal, which shows in packets, too.
    expect(told.filter((sentence) => !sentence.includes(words) && !sentence.includes('in other shares'))).toEqual([]);
    expect(compareSides(dump, dump).differs).toBe(false);
  });

  it.each(['clusterip-3', 'nodeport', 'affinity', 'multi-port-udp-sctp', 'two-slices-dup'])(
    'is none between %s and the same rules without comments, either way round',
    (name) => {
      const bare = saved(name).replace(/ -m comment --comment (?:"[^"]*"|\S+)/g, '');
      expect([
        compareSides(node(bare), node(saved(name))).differs,
        compareSides(node(saved(name)), node(bare)).differs,
      ]).toEqual([false, false]);
    },
  );

  it('shows no rule out of its place where nothing leads to its chain any more', async () => {
    const lines = saved('clusterip-3')
      .split('\n')
      .filter((line) => !line.includes('--probability 0.33333333349'));
    const report = compareSides(await sideOf(scenario('clusterip-3')), node(lines.join('\n')));
    const moved = report.services
      .flatMap(({ rules }) => rules)
      .flatMap(({ unified }) => unified.split('\n'))
      .filter((line) => /^[-+]-t/.test(line));
    expect(moved).toEqual([
      expect.stringMatching(/^--t nat -A KUBE-SVC\(default\/web:http\) .*--probability 0\.33333333349/),
    ]);
  });

  it('finds nothing between a broken dump and itself, and never throws', () => {
    const pieces = fc.constantFrom(
      '"',
      '\\',
      '-j',
      '! ',
      '\u202e',
      '\u0000',
      '__proto__',
      '\r',
      '0.5',
      'KUBE-SVC-',
      '10.244.2.5',
      '-A KUBE-SERVICES -j KUBE-SERVICES\n',
      '*nat\n',
      'COMMIT\n',
      '$(id)',
    );
    const cut = fc.tuple(fc.nat(5000), fc.nat(120), pieces);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.boolean(), fc.array(cut, { maxLength: 6 }), (name, isIpvs, cuts) => {
        let text = isIpvs ? ipvs(name) : saved(name);
        for (const [start, length, piece] of cuts) text = text.slice(0, start) + piece + text.slice(start + length);
        const whole = node(isIpvs ? ipvs(name) : saved(name));
        const broken = node(text);
        expect(compareSides(broken, broken).differs).toBe(false);
        const report = compareSides(whole, broken);
        const printed = printText(report, { colour: false }) + printMarkdown(report);
        expect(['\u202e', '\u0000', '\r'].filter((character) => printed.includes(character))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
