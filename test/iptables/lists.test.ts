/**
 * The output of `iptables -S`: rules of one table without its name, as printed by iptables 1.8.9 with both back ends.
 */
import { parseDump } from '../../src/iptables/dump/parse.js';
import { looksLikeDump } from '../../src/iptables/dump/pasted.js';

const read = (text: string) => parseDump({ name: 'list', text });
const tablesOf = (text: string): string[] =>
  read(text).dumps.flatMap(({ ruleSet }) =>
    ruleSet.tables.map(({ name, chains, rules }) => `${name} ${chains.map((one) => one.name).join()} ${rules.length}`),
  );

const policies = (...chains: string[]): string => chains.map((chain) => `-P ${chain} ACCEPT\n`).join('');
const nat = `${policies('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING')}-N KUBE-SERVICES
-A PREROUTING -m comment --comment "x y" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j ACCEPT
`;
const filter = `${policies('INPUT', 'FORWARD', 'OUTPUT')}-A INPUT -i lo -j ACCEPT\n`;

describe('iptables -S', () => {
  it.each([
    ['nat, by its built-in chains', nat, ['nat PREROUTING,INPUT,OUTPUT,POSTROUTING,KUBE-SERVICES 2']],
    ['filter', filter, ['filter INPUT,FORWARD,OUTPUT 1']],
    ['raw without rules', policies('PREROUTING', 'OUTPUT'), ['raw PREROUTING,OUTPUT 0']],
    [
      'mangle',
      policies('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'),
      ['mangle PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING 0'],
    ],
    ['nat of old kernels', policies('PREROUTING', 'POSTROUTING', 'OUTPUT'), ['nat PREROUTING,POSTROUTING,OUTPUT 0']],
    [
      'one table after the other',
      filter + nat,
      ['nat PREROUTING,INPUT,OUTPUT,POSTROUTING,KUBE-SERVICES 2', 'filter INPUT,FORWARD,OUTPUT 1'],
    ],
    [
      'a chain of nat',
      '-N KUBE-SERVICES\n-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-ERIFXISQEP7F7OF4\n',
      ['nat KUBE-SERVICES 1'],
    ],
    ['a built-in chain alone', '-P FORWARD DROP\n-A FORWARD -i eth0 -j ACCEPT\n', ['filter FORWARD 1']],
    ['a built-in chain of nat', '-P POSTROUTING ACCEPT\n-A POSTROUTING -o eth0 -j MASQUERADE\n', ['nat POSTROUTING 1']],
    [
      'what the prompt says',
      '# iptables -t mangle -S PREROUTING\n-P PREROUTING ACCEPT\n-A PREROUTING -i eth0 -j MARK --set-xmark 0x1/0xffffffff\n',
      ['mangle PREROUTING 1'],
    ],
  ])('%s', (_, text, tables) => {
    expect(looksLikeDump(text)).toBe(true);
    expect(tablesOf(text)).toEqual(tables);
    expect(read(text).findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'info dump/guessed-tables',
    ]);
  });

  it('has counters with -v', () => {
    const text = `-P INPUT ACCEPT -c 7 420\n-P FORWARD DROP -c 0 0\n-P OUTPUT ACCEPT -c 1 2\n-A INPUT -p tcp -m tcp --dport 22 -c 5 300 -j ACCEPT\n`;
    const [table] = read(text).dumps[0]?.ruleSet.tables ?? [];
    expect(table?.chains[0]).toMatchObject({ name: 'INPUT', policy: 'ACCEPT', counters: { packets: 7, bytes: 420 } });
    expect(table?.chains[1]).toMatchObject({ name: 'FORWARD', policy: 'DROP' });
    expect(table?.rules[0]).toMatchObject({ counters: { packets: 5, bytes: 300 }, line: 4 });
  });

  it('tells where a word is not known', () => {
    const { findings } = read(nat.replace('--dport 443', '--dpart 443'));
    expect(findings.map(({ rule, range }) => `${rule} ${range.start.line}:${range.start.column}`)).toContain(
      'dump/unknown-option 7:48',
    );
  });
});

/** Printed by iptables 1.8.9. */
const columns = [
  'target     prot opt source               destination         ',
  'num   pkts bytes target     prot opt in     out     source               destination         ',
  ' pkts bytes target     prot opt in     out     source               destination         ',
];

describe('iptables -L', () => {
  it.each(columns)('is refused with what to run: %s', (titles) => {
    const text = `node-1:\nChain INPUT (policy ACCEPT 0 packets, 0 bytes)\n${titles}\n\nChain X (1 references)\n${titles}\n`;
    expect(looksLikeDump(text)).toBe(true);
    const { dumps, findings } = read(text);
    expect(dumps).toEqual([]);
    expect(findings.map(({ rule, severity, range }) => `${severity} ${rule} ${range.start.line}`)).toEqual([
      'error dump/listing 2',
    ]);
    expect(findings[0]?.message).toContain('run iptables-save instead');
  });

  it('within a manifest is none', () => {
    expect(looksLikeDump(`kind: ConfigMap\ndata:\n  x: |\n    Chain INPUT (policy ACCEPT)\n    ${columns[0]}\n`)).toBe(
      false,
    );
  });
});
