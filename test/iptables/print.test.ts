import { printRestore } from '../../src/iptables/print-restore.js';
import { printSave } from '../../src/iptables/print-save.js';
import type { Match, RuleSet, Target } from '../../src/iptables/types.js';
import type { Family } from '../../src/net/address.js';

function ruleSet(matches: readonly Match[], target: Target, family: Family = 'ipv4'): RuleSet {
  return { family, tables: [{ name: 'nat', chains: [{ name: 'KUBE-X' }], rules: [{ chain: 'KUBE-X', matches, target }] }] };
}

function lines(matches: readonly Match[], target: Target, family: Family = 'ipv4'): { restore: string; save: string } {
  const rules = ruleSet(matches, target, family);
  return { restore: printRestore(rules).split('\n')[2] ?? '', save: printSave(rules).split('\n')[2] ?? '' };
}

const jump: Target = { kind: 'jump', chain: 'KUBE-Y' };

// Both texts of each rule are recorded: kube-proxy 1.30's restore input and what iptables-save 1.8.9 printed after it.
describe('rules as kube-proxy writes them and as iptables-save prints them', () => {
  it('puts the port after the address in restore and in its match in save', () => {
    const matches: Match[] = [{ kind: 'comment', text: 'ns1/svc1:p80 cluster IP' }, { kind: 'tcp', destinationPort: { from: 80, to: 80 } },
      { kind: 'protocol', protocol: 'tcp' }, { kind: 'destination', prefix: '172.30.0.41' }, { kind: 'source', prefix: '10.0.0.0/8', negated: true }];
    expect(lines(matches, jump)).toEqual({
      restore: '-A KUBE-X -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp -p tcp -d 172.30.0.41 --dport 80 ! -s 10.0.0.0/8 -j KUBE-Y',
      save: '-A KUBE-X ! -s 10.0.0.0/8 -d 172.30.0.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-Y',
    });
  });

  it('quotes a comment in restore only where it holds a blank', () => {
    expect(lines([{ kind: 'comment', text: 'ns1/svc1:p80' }, { kind: 'source', prefix: '10.180.0.1' }], jump)).toEqual({
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
