import { printRestore } from '../../src/iptables/print/restore.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { Match, RuleSet, Target } from '../../src/iptables/types.js';
import type { Family } from '../../src/net/address.js';

function ruleSet(matches: readonly Match[], target: Target, family: Family = 'ipv4'): RuleSet {
  return {
    family,
    tables: [{ name: 'nat', chains: [{ name: 'KUBE-X' }], rules: [{ chain: 'KUBE-X', matches, target }] }],
  };
}

function lines(matches: readonly Match[], target: Target, family: Family = 'ipv4'): { restore: string; save: string } {
  const rules = ruleSet(matches, target, family);
  return { restore: printRestore(rules).split('\n')[2] ?? '', save: printSave(rules).split('\n')[2] ?? '' };
}

const jump: Target = { kind: 'jump', chain: 'KUBE-Y' };

// Both texts of each rule are recorded: kube-proxy 1.30's restore input and the output of iptables-save 1.8.9
// afterwards.
describe('rules as kube-proxy writes them and as iptables-save prints them', () => {
  it('puts the port after the address in restore and in its match in save', () => {
    const matches: Match[] = [
      { kind: 'comment', text: 'ns1/svc1:p80 cluster IP' },
      { kind: 'tcp', destinationPort: { from: 80, to: 80 } },
      { kind: 'protocol', protocol: 'tcp' },
      { kind: 'destination', prefix: '172.30.0.41' },
      { kind: 'source', prefix: '10.0.0.0/8', negated: true },
    ];
    expect(lines(matches, jump)).toEqual({
      restore:
        '-A KUBE-X -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp -p tcp -d 172.30.0.41 --dport 80 ! -s 10.0.0.0/8 -j KUBE-Y',
      save: '-A KUBE-X ! -s 10.0.0.0/8 -d 172.30.0.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-Y',
    });
  });

  it('quotes a comment in restore only where it holds a blank', () => {
    expect(
      lines(
        [
          { kind: 'comment', text: 'ns1/svc1:p80' },
          { kind: 'source', prefix: '10.180.0.1' },
        ],
        jump,
      ),
    ).toEqual({
      restore: '-A KUBE-X -m comment --comment ns1/svc1:p80 -s 10.180.0.1 -j KUBE-Y',
      save: '-A KUBE-X -s 10.180.0.1/32 -m comment --comment "ns1/svc1:p80" -j KUBE-Y',
    });
  });

  it('spells recent out in save', () => {
    const recent: Match = { kind: 'recent', action: 'rcheck', name: 'KUBE-SEP-AAA', seconds: 10800, reap: true };
    expect(lines([recent], jump)).toEqual({
      restore: '-A KUBE-X -m recent --name KUBE-SEP-AAA --rcheck --seconds 10800 --reap -j KUBE-Y',
      save: '-A KUBE-X -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-AAA --mask 255.255.255.255 --rsource -j KUBE-Y',
    });
  });

  it.each([
    [1 / 3, '0.3333333333', '0.33333333349'],
    [1 / 5, '0.2000000000', '0.20000000019'],
    [1 / 7, '0.1428571429', '0.14285714272'],
    [1 / 100001, '0.0000099999', '0.00001000008'],
    [1 / 2048, '0.0004882812', '0.00048828125'],
    [1 / 4096, '0.0002441406', '0.00024414062'],
    [1, '1.0000000000', '1.00000000000'],
  ])('prints the probability %f as the kernel keeps it', (probability, restore, save) => {
    const { restore: first, save: second } = lines([{ kind: 'statistic', mode: 'random', probability }], jump);
    expect(first).toContain(`--probability ${restore} `);
    expect(second).toContain(`--probability ${save} `);
  });
});

describe('text from outside', () => {
  it.each(['x\n-A KUBE-X -j ACCEPT', 'x\u0000', 'x\ry'])('in a comment cannot end the line: %j', (text) => {
    expect(() => printRestore(ruleSet([{ kind: 'comment', text }], jump))).toThrow('defect');
    expect(() => printSave(ruleSet([{ kind: 'comment', text }], jump))).toThrow('defect');
  });

  it.each(['10.0.0.1 -j ACCEPT', '', '10.0.0.1"', '10.0.0.1\tx'])(
    'in an address cannot become an option: %j',
    (prefix) => {
      expect(() => printRestore(ruleSet([{ kind: 'source', prefix }], jump))).toThrow('defect');
      expect(() => printSave(ruleSet([{ kind: 'source', prefix }], jump))).toThrow('defect');
    },
  );

  it.each<Target>([
    { kind: 'jump', chain: 'A -j ACCEPT' },
    { kind: 'goto', chain: 'A\nB' },
    { kind: 'destinationNat', to: '1.2.3.4 --random' },
    { kind: 'reject', with: 'a b' },
    { kind: 'other', name: 'X', words: ['a\nb'] },
    { kind: 'netmap', to: 'a b' },
    { kind: 'module', name: 'LOG', options: [{ name: '--log-prefix', value: 'a\nb' }] },
  ])('in a target cannot become an option: %j', (target) => {
    expect(() => printRestore(ruleSet([], target))).toThrow('defect');
    expect(() => printSave(ruleSet([], target))).toThrow('defect');
  });

  it('in a comment stays within its quotes', () => {
    expect(lines([{ kind: 'comment', text: '" -j ACCEPT' }], jump)).toEqual({
      restore: '-A KUBE-X -m comment --comment "\\" -j ACCEPT" -j KUBE-Y',
      save: '-A KUBE-X -m comment --comment "\\" -j ACCEPT" -j KUBE-Y',
    });
  });
});

it("saves built-in chains in the kernel's order, then the others by bytes, rules with their chain", () => {
  const chains = [
    { name: 'b' },
    { name: 'POSTROUTING', policy: 'ACCEPT' as const },
    { name: 'a' },
    { name: 'PREROUTING', policy: 'DROP' as const },
    { name: 'B' },
  ];
  const rules = ['b', 'PREROUTING', 'a', 'b', 'OUTPUT'].map((chain) => ({ chain, matches: [] }));
  expect(printSave({ family: 'ipv4', tables: [{ name: 'nat', chains, rules }] }).split('\n')).toEqual([
    '*nat',
    ':PREROUTING DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':B - [0:0]',
    ':a - [0:0]',
    ':b - [0:0]',
    '-A PREROUTING',
    '-A OUTPUT',
    '-A a',
    '-A b',
    '-A b',
    'COMMIT',
    '',
  ]);
});
