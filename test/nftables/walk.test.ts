/** Packets through nftables rules: their outcome in a kernel, and their path rule by rule. */
import { readFileSync } from 'node:fs';
import { parseRuleset } from '../../src/nftables/parse.js';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import type { Family } from '../../src/net/address.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { differences, type Flow, type FlowCase } from '../trace/support/recorded-flows.js';
import { address, hostFactsIn, node, packet, type Asked } from '../trace/support/tracers.js';

function tracerOf(text: string, host: HostModel, family: Family): Tracer {
  const { tables, findings } = parseRuleset({ name: 'node.nft', text });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return new Tracer({ ruleSet: { family, tables: [] }, nftables: tables, host });
}

function trace(text: string, asked: Asked): Outcome[] {
  const host = hostModel(node);
  return outcomesOf(tracerOf(text, host, 'ipv4').walk(packet(asked, host)));
}

/** A table of one filter chain at input. */
function input(...rules: readonly string[]): string {
  return `table inet t {\n\tset s {\n\t\ttype ipv4_addr . inet_service\n\t\tflags interval\n\t\telements = { 203.0.113.0/24 . 1000-2000 }\n\t}\n
\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n
\tchain other {\n\t\ttcp dport 22 return\n\t\taccept\n\t}\n}\n`;
}

/** Accepted packets find no socket, because none is known. */
const passed = (verdict: string): string => (verdict === 'REJECT' ? 'ACCEPT' : verdict);

const fromOutside = { to: '192.168.0.2', from: '203.0.113.9', inInterface: 'eth0' };
const verdictOf = (asked: Asked, ...rules: readonly string[]): string =>
  trace(input(...rules), { ...fromOutside, ...asked })
    .map(({ verdict, probability }) => (probability === 1 ? passed(verdict) : `${passed(verdict)} ${probability}`))
    .join(', ');

describe('nftables rules', () => {
  it.each<readonly [string, Asked, string]>([
    ['tcp dport 80 accept', { port: 80 }, 'ACCEPT'],
    ['tcp dport 80 accept', { port: 81 }, 'DROP'],
    ['tcp dport != 80 accept', { port: 80 }, 'DROP'],
    // A condition on a missing field is not met, negated or not.
    ['tcp dport != 80 accept', { port: 53, protocol: 'udp' }, 'DROP'],
    ['ip saddr . tcp dport != @s accept', { port: 53, protocol: 'udp' }, 'DROP'],
    ['ip saddr . tcp dport != @s accept', { port: 999 }, 'ACCEPT'],
    ['ip daddr . th dport != { 192.168.0.2 . 80 } accept', { port: 53, protocol: 'udp' }, 'ACCEPT'],
    ['ip6 saddr . tcp dport != { fd00::1 . 80 } accept', {}, 'DROP'],
    ['ip6 hoplimit != 5 accept', {}, 'DROP'],
    ['udp length > 5 accept', {}, 'DROP'],
    ['tcp option maxseg size > 5 accept', { port: 53, protocol: 'udp' }, 'DROP'],
    ['icmp id != 5 accept', {}, 'DROP'],
    // The same for what other statements read.
    ['tcp dport vmap { 80 : drop, * : accept }', { port: 53, protocol: 'udp' }, 'DROP'],
    ['meta mark set 0x1 udp dport vmap { * : accept }', {}, 'DROP'],
    ['meta mark set udp dport map { 80 : 0x5 } accept', {}, 'DROP'],
    ['reject with tcp reset', { port: 53, protocol: 'udp' }, 'DROP'],
    ['ct original ip6 saddr != fd00::1 accept', {}, 'DROP'],
    ['ct protocol != udp accept', {}, 'ACCEPT'],
    ['tcp dport < 1024 accept', { port: 1023 }, 'ACCEPT'],
    ['tcp dport >= 1024 accept', { port: 1023 }, 'DROP'],
    ['th dport { 53, 80-90 } accept', { port: 85, protocol: 'udp' }, 'ACCEPT'],
    ['meta l4proto { tcp, sctp } accept', { port: 85, protocol: 'udp' }, 'DROP'],
    ['ip saddr 203.0.113.0/24 accept', {}, 'ACCEPT'],
    ['ip saddr != { 203.0.113.0/24, 10.0.0.1 } accept', {}, 'DROP'],
    ['ip6 saddr fd00::/8 accept', {}, 'DROP'],
    ['meta nfproto ipv4 accept', {}, 'ACCEPT'],
    ['iifname "eth*" accept', {}, 'ACCEPT'],
    ['iifname { "lo", "cni0" } accept', {}, 'DROP'],
    ['ct state established,related accept', {}, 'DROP'],
    ['ct state { new, untracked } accept', {}, 'ACCEPT'],
    ['ct state vmap { established : accept, new : jump other }', { port: 80 }, 'ACCEPT'],
    // A return from a chain that was jumped to continues after the map, where the policy is next.
    ['ct state vmap { established : accept, new : jump other }', { port: 22 }, 'DROP'],
    ['tcp flags syn / fin,syn,rst,ack accept', {}, 'ACCEPT'],
    ['tcp flags & (fin | syn) == syn accept', {}, 'ACCEPT'],
    ['tcp flags & (fin | syn) == fin accept', {}, 'DROP'],
    ['ip saddr . tcp dport @s accept', { port: 1500 }, 'ACCEPT'],
    ['ip saddr . tcp dport @s accept', { port: 999 }, 'DROP'],
    ['tcp dport vmap { 1-79 : drop, 80 : accept, * : drop }', { port: 80 }, 'ACCEPT'],
    ['tcp dport vmap { 80 : drop, * : accept }', { port: 81 }, 'ACCEPT'],
    ['fib daddr type local accept', {}, 'ACCEPT'],
    ['fib saddr type local accept', {}, 'DROP'],
    ['meta mark set 0x5 meta mark & 0x4 == 0x4 accept', {}, 'ACCEPT'],
    ['meta mark set 0x1 meta mark set meta mark | 0x8 meta mark 0x9 accept', {}, 'ACCEPT'],
    ['meta mark set 0xff meta mark set meta mark & 0x0f meta mark 0xf accept', {}, 'ACCEPT'],
    ['meta mark 0x00000000/1 accept', {}, 'ACCEPT'],
    ['numgen random mod 4 vmap { 0 : accept, 1-3 : drop }', {}, 'ACCEPT 0.25, DROP 0.75'],
    ['numgen random mod 4 vmap { 0 : accept }', {}, 'ACCEPT 0.25, DROP 0.75'],
    ['icmp type echo-request accept', { protocol: 'icmp', port: 0 }, 'ACCEPT'],
    ['icmp type { echo-reply, destination-unreachable } accept', { protocol: 'icmp', port: 0 }, 'DROP'],
    ['jump { tcp dport 80 accept; }', { port: 80 }, 'ACCEPT'],
    ['counter packets 0 bytes 0 log prefix "x" limit rate 5/second accept', {}, 'ACCEPT 0.5, DROP 0.5'],
    // A rule goes on after a statement that decides nothing.
    ['notrack accept', {}, 'ACCEPT'],
    ['meta mark set tcp dport map { 80 : 0x1, 81 : 0x2 } meta mark 0x1 accept', { port: 80 }, 'ACCEPT'],
    ['meta mark set tcp dport map { 80 : 0x1, 81 : 0x2 } meta mark 0x1 accept', { port: 81 }, 'DROP'],
    ['meta mark set tcp dport map { 80 : 0x1 } accept', { port: 81 }, 'DROP'],
    [
      'meta mark set numgen random mod 4 offset 1 meta mark 1-3 accept',
      {},
      'ACCEPT 0.25, ACCEPT 0.25, ACCEPT 0.25, DROP 0.25',
    ],
    ['numgen random mod 4 < 1 accept', {}, 'ACCEPT 0.25, DROP 0.75'],
    ['jhash ip saddr mod 4 != 0 jhash ip saddr mod 4 0 accept', {}, 'ACCEPT 0.1875, DROP 0.8125'],
    ['jhash ip saddr mod 4 seed 0x1 { 0, 1 } accept', {}, 'ACCEPT 0.5, DROP 0.5'],
    ['ct reply ip saddr 192.168.0.2 accept', {}, 'ACCEPT'],
    ['ct reply ip daddr != 203.0.113.9 accept', {}, 'DROP'],
    ['ct reply proto-src 80 accept', { port: 80 }, 'ACCEPT'],
    // Any bit without an operator, all bits with one and in sets.
    ['tcp flags syn,ack accept', {}, 'ACCEPT'],
    ['tcp flags == syn accept', {}, 'ACCEPT'],
    ['tcp flags == syn,ack accept', {}, 'DROP'],
    ['tcp flags != syn,ack accept', {}, 'ACCEPT'],
    ['tcp flags ! syn,ack accept', {}, 'DROP'],
    ['tcp flags { syn | ack, fin } accept', {}, 'DROP'],
    ['ct state != established,related accept', {}, 'ACCEPT'],
    ['ct state == new,established accept', {}, 'DROP'],
    ['ct state ! new,established accept', {}, 'DROP'],
    ['ct status ! dnat accept', {}, 'ACCEPT'],
    ['ip dscp cs1 accept', {}, 'ACCEPT 0.5, DROP 0.5'],
    ['xt match "comment" accept', {}, 'ACCEPT'],
    ['xt match "recent" accept', {}, 'ACCEPT 0.5, DROP 0.5'],
    ['tcp dport 80 frobnicate accept', { port: 81 }, 'DROP'],
    ['tcp dport 80 frobnicate accept', { port: 80 }, 'ACCEPT 0.5, DROP 0.5'],
  ])('%s of %j: %s', (rule, asked, verdict) => {
    expect(verdictOf(asked, rule)).toBe(verdict);
  });

  it('a mark that was set before a condition was missed stays set', () => {
    expect(verdictOf({ port: 80 }, 'meta mark set 0x1 tcp dport 81 drop', 'meta mark 0x1 accept')).toBe('ACCEPT');
  });

  it('goto by a map leaves the chain for good, jump comes back', () => {
    const chains = (verb: string): string =>
      `${input(`jump through`).slice(0, -2)}\n\tchain through {\n\t\ttcp dport vmap { 80 : ${verb} short }\n\t\taccept\n\t}\n\n\tchain short {\n\t\tcounter\n\t}\n}\n`;
    expect(trace(chains('goto'), fromOutside).map(({ verdict }) => passed(verdict))).toEqual(['DROP']);
    expect(trace(chains('jump'), fromOutside).map(({ verdict }) => passed(verdict))).toEqual(['ACCEPT']);
  });

  it('dnat, masquerade and redirect rewrite, also by a map', () => {
    const nat = (rule: string): string =>
      `table ip t {\n\tmap m {\n\t\ttype inet_service : ipv4_addr . inet_service\n\t\telements = { 80 : 10.244.2.5 . 8080 }\n\t}\n\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${rule}\n\t}\n}\n`;
    const where = (rule: string): string[] => trace(nat(rule), fromOutside).map(({ destination }) => destination);
    expect(where('dnat to 10.244.2.5:8080')).toEqual(['10.244.2.5:8080']);
    expect(where('dnat ip to tcp dport map @m')).toEqual(['10.244.2.5:8080']);
    expect(where('dnat ip to tcp dport map { 80 : 10.244.2.6 }:8081')).toEqual(['10.244.2.6:8081']);
    expect(where('dnat ip prefix to ip daddr map { 192.168.0.0/24 : 10.97.0.0/24 }')).toEqual(['10.97.0.2:80']);
    expect(where('dnat ip prefix to ip daddr map { 10.0.0.0/24 : 10.97.0.0/24 }')).toEqual(['192.168.0.2:80']);
    expect(where('dnat ip to tcp dport map { 81 : 10.0.0.1 . 80 }')).toEqual(['192.168.0.2:80']);
    expect(where('tcp dport 80 redirect to :8080')).toEqual(['192.168.0.2:8080']);
  });

  it('sets that rules fill belong to their tables and values', () => {
    const table = (name: string, priority: number, rule: string): string =>
      `table ip ${name} {\n\tset seen {\n\t\ttype ipv4_addr\n\t\tflags dynamic\n\t}\n\n\tchain in {\n\t\ttype filter hook input priority ${priority};\n\t\t${rule}\n\t}\n}\n`;
    const ways = (text: string): number => trace(text, fromOutside).length;
    const filled = 'add @seen { ip saddr }';
    expect(ways(table('a', 0, `${filled} ip saddr @seen drop`))).toBe(1);
    expect(ways(table('a', 0, `${filled} ip daddr @seen drop`))).toBe(2);
    expect(ways(table('a', 0, filled) + table('b', 1, 'ip saddr @seen drop'))).toBe(2);
  });

  it('chains of NAT run where the kernel has NAT, whatever their priorities', () => {
    const nat = (priority: string, rule: string): string =>
      `table ip nat {\n\tchain pre {\n\t\ttype nat hook prerouting priority ${priority};\n\t\t${rule}\n\t}\n}\n`;
    const filter = (priority: string, rule: string): string =>
      `table ip filter {\n\tchain pre {\n\t\ttype filter hook prerouting priority ${priority};\n\t\t${rule}\n\t}\n}\n`;
    const verdicts = (text: string): string[] => trace(text, fromOutside).map(({ verdict }) => passed(verdict));
    const translate = 'tcp dport 80 dnat to :8080';
    expect(verdicts(nat('dstnat + 20', translate) + filter('-90', 'tcp dport 8080 drop'))).toEqual(['DROP']);
    expect(verdicts(nat('dstnat - 50', translate) + filter('-140', 'tcp dport 8080 drop'))).toEqual(['ACCEPT']);
    // A new port counts in concatenations, and in the status; a destination that stays the same does not.
    expect(verdicts(nat('0', translate) + filter('1', 'ip daddr . tcp dport { 192.168.0.2 . 8080 } drop'))).toEqual([
      'DROP',
    ]);
    expect(verdicts(nat('0', translate) + filter('1', 'ct status dnat drop'))).toEqual(['DROP']);
    expect(verdicts(nat('0', 'tcp dport 80 dnat to :80') + filter('1', 'ct status dnat drop'))).toEqual(['ACCEPT']);
    // The kernel has noted that NAT is done, too.
    expect(verdicts(nat('0', translate) + filter('1', 'ct status { dnat } drop'))).toEqual(['ACCEPT']);
  });

  it('OUTPUT shows the interface from before NAT until its end', () => {
    const text = `table ip t {\n\tchain nat {\n\t\ttype nat hook output priority -100;\n\t\tip daddr 10.96.0.50 dnat to 10.244.1.7\n\t}\n\n\tchain out {\n\t\ttype filter hook output priority 0;\n\t\toifname "cni0" drop\n\t\toifname "eth0" counter\n\t}\n\n\tchain post {\n\t\ttype filter hook postrouting priority 0;\n\t\toifname "eth0" drop\n\t\toifname "cni0" counter\n\t}\n}\n`;
    const [only, ...others] = trace(text, { to: '10.96.0.50' });
    expect(others).toEqual([]);
    expect(only?.verdict).toBe('ACCEPT');
    expect(only?.steps.map(({ chain, rule }) => `${chain} ${rule}`)).toEqual(['nat 1', 'out 2', 'post 2']);
  });

  it('chains behind connection tracking see the connection, whatever their priorities', () => {
    const chain = 'chain c {\n\t\ttype filter hook input priority -300; policy drop;\n\t\tct state new accept\n\t}';
    expect(trace(`table ip t {\n\t${chain}\n}\n`, fromOutside).map(({ verdict }) => passed(verdict))).toEqual([
      'ACCEPT',
    ]);
  });

  it('tables of nftables stand beside those of iptables by their priorities, dormant ones do not', () => {
    const drop = (more: string): string =>
      `table ip t {\n${more}\tchain c {\n\t\ttype filter hook input priority -5; policy drop;\n\t}\n}\n`;
    expect(trace(drop(''), fromOutside)[0]?.verdict).toBe('DROP');
    expect(trace(drop('\tflags dormant\n'), fromOutside)[0]?.verdict).not.toBe('DROP');
    expect(trace(drop('').replace('table ip ', 'table ip6 '), fromOutside)[0]?.verdict).not.toBe('DROP');
  });
});

const recorded = (one: string, family: Family): string =>
  sharedPath('conformance', 'kube-proxy-versions', '1.36', one, 'expected', `nftables.${family}.list`);

interface Walk extends Flow {
  readonly walk: readonly { readonly chain: string; readonly type: string; readonly rule?: string }[];
}

describeWithSharedData('recorded packets through nftables', () => {
  const read = <Case>(name: string): Case[] =>
    JSON.parse(readFileSync(sharedPath('conformance', 'flows', name), 'utf8')) as Case[];

  function asked({ proto, dst, dport, src, inInterface }: Flow): Asked {
    return {
      protocol: proto === 'icmpv6' ? 'icmp' : proto,
      to: dst,
      port: dport,
      from: inInterface === null ? undefined : (src ?? undefined),
      inInterface: inInterface ?? undefined,
    };
  }

  it.each([
    ['nftables.json', 'ipv4', 5900],
    ['nftables-ipv6.json', 'ipv6', 12_500],
  ] as const)(
    '%s: go where the kernel sent them',
    (file, family, least) => {
      const wrong: string[] = [];
      let count = 0;
      for (const one of read<FlowCase>(file)) {
        const host = hostModel(hostFactsIn(sharedPath('conformance', 'kube-proxy-1.30', one.case)));
        const tracer = tracerOf(readFileSync(recorded(one.case, family), 'utf8'), host, family);
        for (const flow of one.flows) {
          // The recorder did not find packets with addresses that are not in the kernel's notation.
          if ([flow.dst, flow.src ?? flow.dst].some((text) => address(text).text !== text)) continue;
          count++;
          const outcomes = outcomesOf(tracer.walk(packet(asked(flow), host)));
          const name = `${one.case} ${flow.kind} ${flow.src ?? ''} -> ${flow.proto} ${flow.dst}:${flow.dport}`;
          wrong.push(...differences(one, flow, outcomes).map((difference) => `${name}: ${difference}`));
        }
      }
      expect(count).toBeGreaterThan(least);
      expect(wrong).toEqual([]);
    },
    240_000,
  );

  it('take the way, rule by rule, that nft monitor trace showed', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const one of read<FlowCase & { readonly flows: readonly Walk[] }>('nftables-walks.json')) {
      const host = hostModel(hostFactsIn(sharedPath('conformance', 'kube-proxy-1.30', one.case)));
      const tracer = tracerOf(readFileSync(recorded(one.case, 'ipv4'), 'utf8'), host, 'ipv4');
      for (const flow of one.flows) {
        count++;
        const seen = flow.walk.filter(({ type }) => type === 'rule').map(({ chain, rule = '' }) => `${chain}: ${rule}`);
        const ways = outcomesOf(tracer.walk(packet(asked(flow), host))).map(({ steps }) =>
          steps.filter(({ rule }) => rule > 0).map(({ chain, text }) => `${chain}: ${text}`),
        );
        if (!ways.some((way) => way.join('\n') === seen.join('\n')))
          wrong.push(
            `${one.case} ${flow.kind} ${flow.proto} ${flow.dst}:${flow.dport}\n${seen.join('\n')}\nnot among\n${(ways[0] ?? []).join('\n')}`,
          );
      }
    }
    expect(count).toBeGreaterThan(2300);
    expect(wrong.slice(0, 3)).toEqual([]);
  }, 240_000);
});
