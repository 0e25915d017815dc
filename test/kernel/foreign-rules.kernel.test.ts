/**
 * Rules that firewalls and network plugins write, with conditions that kube-proxy does not use: packets go through a
 * kernel as tracing predicts, rule by rule.
 */
import { parseDump } from '../../src/iptables/dump/parse.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import { facts, probes } from './foreign-node.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { TracedNode } from './traced-node.js';
import { readings, sendAndCompare } from './traced-packets.js';

const hooks = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};
const table = (name: keyof typeof hooks, ...rules: string[]): string =>
  `*${name}\n${hooks[name].map((hook) => `:${hook} ACCEPT [0:0]\n`).join('')}${rules.join('\n')}\nCOMMIT\n`;

const cases: readonly (readonly [string, string])[] = [
  [
    'conditions on the connection before connection tracking',
    table(
      'raw',
      '-A PREROUTING -m connmark ! --mark 0x1/0xff -j MARK --set-xmark 0x1/0x1',
      '-A PREROUTING -m conntrack --ctstate NEW -j MARK --set-xmark 0x2/0x2',
      '-A PREROUTING -m conntrack ! --ctstate INVALID -j MARK --set-xmark 0x4/0x4',
      '-A PREROUTING -m conntrack --ctdir ORIGINAL -j MARK --set-xmark 0x8/0x8',
      '-A PREROUTING -m conntrack ! --ctorigdst 10.244.2.5 -j MARK --set-xmark 0x10/0x10',
      '-A PREROUTING -p udp -m conntrack --ctstate INVALID -j DROP',
      '-A OUTPUT -m connmark --mark 0x0 -j MARK --set-xmark 0x20/0x20',
      '-A OUTPUT -m state --state INVALID -j MARK --set-xmark 0x40/0x40',
    ),
  ],
  [
    'marks of connections before connection tracking',
    table('raw', '-A PREROUTING -j CONNMARK --set-xmark 0x1/0xff') +
      table('mangle', '-A PREROUTING -m connmark --mark 0x1/0xff -j DROP'),
  ],
  [
    'no tracking of what has a connection',
    table('raw', '-A PREROUTING -i lo -j NOTRACK', '-A PREROUTING -i cni0 -j CT --notrack') +
      table(
        'filter',
        '-A INPUT -m conntrack --ctstate UNTRACKED -j DROP',
        '-A FORWARD -m conntrack ! --ctstate NEW -j DROP',
      ),
  ],
  [
    'the status of connections',
    table(
      'mangle',
      ...['NONE', 'CONFIRMED', 'EXPECTED', 'SEEN_REPLY,ASSURED', 'NONE,CONFIRMED'].flatMap((status, index) => [
        `-A PREROUTING -m conntrack --ctstatus ${status} -j MARK --set-xmark 0x${1 << index}/0x${1 << index}`,
        `-A PREROUTING -m conntrack ! --ctstatus ${status} -j MARK --set-xmark 0x0/0x0`,
        `-A POSTROUTING -m conntrack --ctstatus ${status} -j MARK --set-xmark 0x0/0x0`,
        `-A INPUT -m conntrack ! --ctstatus ${status} -j MARK --set-xmark 0x0/0x0`,
      ]),
      '-A OUTPUT -m conntrack --ctexpire 0 -j MARK --set-xmark 0x100/0x100',
      '-A PREROUTING -m conntrack --ctexpire 0 -j MARK --set-xmark 0x200/0x200',
      '-A INPUT -m conntrack --ctexpire 1:1000 -j MARK --set-xmark 0x400/0x400',
    ),
  ],
  [
    'DNAT to a range of addresses',
    table(
      'nat',
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.244.2.6-10.244.2.9',
      '-A OUTPUT -j DNAT --to-destination 192.168.0.2-192.168.0.5',
    ) + table('filter', '-A FORWARD -d 10.244.2.6/32 -j DROP', '-A FORWARD -d 10.244.2.8/32 -j ACCEPT'),
  ],
  ['REDIRECT on interfaces with and without addresses', table('nat', '-A PREROUTING -j REDIRECT') + table('filter')],
];

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'ipset', 'nft', 'stdbuf', 'sysctl'),
  'foreign rules',
  () => {
    const node = new TracedNode(`kcf${process.pid}`, facts);
    afterAll(() => {
      node.remove();
    });

    it.each(cases)(
      '%s',
      async (_, save) => {
        const numbers = await node.loadAny(save, 'ipv4');
        const ruleSet = parseDump({ name: 'save', text: save }, { family: 'ipv4' }).dumps[0]?.ruleSet;
        if (ruleSet === undefined) throw new Error('no rules');
        const host = hostModel(facts);
        const tracer = new Tracer({ ruleSet, host });
        const setting = {
          node,
          family: 'ipv4',
          host,
          numbers,
          foresee: (asked: Packet) => tracer.walk(asked),
        } as const;
        expect(await sendAndCompare(setting, readings.nft, probes)).toEqual([]);
      },
      120_000,
    );
  },
);
