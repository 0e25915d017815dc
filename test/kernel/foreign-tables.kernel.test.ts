/** Tables of other programs than kube-proxy: a kernel's path is one of those that tracing predicts. */
import { emptyContent } from '../../src/node/content.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import { facts, probes } from './foreign-node.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { TracedNode } from './traced-node.js';
import { readings, sendAndCompare } from './traced-packets.js';

const hook = (name: string, priority: string, ...rules: string[]): string =>
  `\tchain ${name} {\n\t\ttype filter hook ${name} priority ${priority}; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n`;

const cases: readonly (readonly [string, string])[] = [
  [
    'negated conditions on fields that a packet may not have',
    `table inet t {\n\tset s { type ipv4_addr . inet_service; elements = { 10.244.2.5 . 8080 }; }\n${hook(
      'prerouting',
      'mangle',
      'ip daddr . tcp dport != { 10.244.2.5 . 80 } counter',
      'ip daddr . tcp dport != @s counter',
      'ip daddr . udp dport != @s counter',
      'ip daddr . th dport != @s counter',
      'tcp dport . ip daddr != { 8080 . 10.244.2.5, 81 . 192.168.0.2 } counter',
      'ip6 daddr . tcp dport != { fd00::1 . 80 } counter',
      'ip daddr . meta l4proto != { 10.244.2.5 . tcp } counter',
      'udp sport . ip saddr != { 1 . 1.1.1.1 } counter',
      'ip saddr . ip daddr . tcp dport != { 198.51.100.9 . 10.244.2.5 . 8080 } counter',
    )}}\n`,
  ],
  [
    'statements that read fields that a packet may not have',
    `table inet t {\n\tset d { type ipv4_addr . inet_service; flags dynamic; }\n\tset e { type ipv4_addr . inet_service; flags dynamic; }\n\tmap m { type inet_service : verdict; elements = { 80 : drop, * : continue }; }\n${hook(
      'prerouting',
      'mangle',
      'tcp dport vmap { 80 : drop, * : continue }',
      'udp dport vmap @m',
      'update @d { ip saddr . tcp dport } counter',
      'meta mark set 0x1 udp dport != 5 counter',
      'meta mark set udp dport map { 8080 : 0x5 } counter',
      'meta mark set 0x7 meta mark set udp dport map { 8080 : 0x8 } counter',
      'meta mark set 0x7 udp dport vmap { 8080 : continue }',
      'meta mark 0x7 counter',
      'meta mark 0x8 counter',
      'udp length set 30 counter',
      'ip6 hoplimit set 30 counter',
      'tcp option maxseg size 1-65535 counter',
      'tcp option fastopen exists counter',
      'tcp option maxseg size set 1000 counter',
      'ip6 hoplimit != 5 counter',
      'ip ttl != 5 counter',
      'udp length != 5 counter',
      'tcp sequence != 5 counter',
      'icmp type != echo-reply counter',
      'icmp id != 5 counter',
      'icmpv6 type != echo-reply counter',
      'dccp dport != 5 counter',
      'udplite dport != 5 counter',
      'esp spi != 5 counter',
      'frag id != 5 counter',
      'ip daddr 192.168.0.2 reject with tcp reset',
      'iifname "eth0" reject with icmpv6 port-unreachable',
      'reject with icmp port-unreachable',
    )}}\n`,
  ],
  [
    'fields of a connection that is not there',
    `table inet t {\n${hook(
      'prerouting',
      'raw',
      'ct mark != 5 counter',
      'ct expiration > 5 counter',
      'ct status != dnat counter',
      'ct direction != reply counter',
      'ct original ip saddr != 1.1.1.1 counter',
      'meta l4proto tcp ct original proto-dst != 1 counter',
      'ct l3proto != ipv6 counter',
      'ct protocol != udp counter',
      'ct helper "ftp" counter',
      'ct zone 0 counter',
      'ct state invalid counter',
      'ct state vmap { invalid : continue }',
      'ct mark set 5 counter',
      'meta mark set ct mark counter',
      'meta l4proto udp notrack',
    )}${hook(
      'forward',
      'filter',
      'ct mark != 5 counter',
      'ct status != dnat counter',
      'ct direction != reply counter',
      'ct original ip saddr != 1.1.1.1 counter',
      'ct original ip6 saddr != fd00::1 counter',
      'meta l4proto tcp ct original proto-dst != 1 counter',
      'ct state != new counter',
      'ct state untracked counter',
      'ct state vmap { new : continue, untracked : drop }',
    )}}\n`,
  ],
];

describeUnless(missingForKernelTests('nft', 'stdbuf', 'sysctl'), 'tables of other programs', () => {
  const node = new TracedNode(`kct${process.pid}`, facts);
  afterAll(() => {
    node.remove();
  });

  it.each(cases)(
    '%s',
    async (_, text) => {
      const { list, numbers } = await node.loadTables(text, 'ipv4');
      const { tables, findings } = parseRuleset({ name: 'list', text: list });
      expect(findings).toEqual([]);
      const host = hostModel(facts);
      const tracer = new Tracer({ ...emptyContent('ipv4'), nftables: tables, host });
      const setting = { node, family: 'ipv4', host, numbers, foresee: (asked: Packet) => tracer.walk(asked) } as const;
      expect(await sendAndCompare(setting, readings.nft, probes)).toEqual([]);
    },
    120_000,
  );
});
