/**
 * Regions equal the walk of single packets: for packets made from the rules' constants, neighbouring values and random
 * values, exactly one region contains each, with the same outcomes, shares and deciding rules.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { families } from '../../src/net/address.js';
import { hostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import { itself } from '../../src/walk/packets.js';
import { node as facts } from '../trace/support/tracers.js';
import { allRegions, faultOf, nodeIn, nodeOf, packetsFor, random, type RegionNode } from './support/regions.js';

const goldens = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const packetsEach = 1000;

function faultsOf(node: RegionNode, seed: number, isKnown = true): string[] {
  const regions = allRegions(node);
  const next = random(seed);
  const packet = packetsFor(node, next);
  const faults: string[] = [];
  for (let number = 0; number < packetsEach && faults.length < 3; number++) {
    const made = packet();
    // Whether an unknown node's packet to its own source is for the node is known for single packets only.
    if (!isKnown && made.source.text === made.destination.text) continue;
    // Regions contain only those packets of the node that come from its own addresses.
    const isOwn =
      number % 4 === 0 &&
      regions.some(({ packets }) => isFromNode(packets.interfaces, packets.sources, made.source.value));
    const fault = faultOf(node, regions, isOwn ? fromNode(made) : made);
    if (fault !== '') faults.push(fault);
  }
  return faults;
}

function fromNode({ family, protocol, source, destination, destinationPort }: Packet): Packet {
  return { family, protocol, source, sourcePort: 40_000, destination, destinationPort };
}

function isFromNode(interfaces: readonly string[], sources: readonly bigint[], value: bigint): boolean {
  if (interfaces[0] !== itself) return false;
  for (let at = 0; at < sources.length; at += 2)
    if ((sources[at] ?? 1n) <= value && value <= (sources[at + 1] ?? 0n)) return true;
  return false;
}

describe.each(['iptables', 'ipvs'] as const)('%s', (mode) => {
  it.each(goldens)('%s', (name) => {
    for (const family of families) {
      const node = nodeIn(join('golden', name), mode, family);
      if (node !== undefined) expect(faultsOf(node, 7)).toEqual([]);
    }
  });
});

const filter = (rules: string): string =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n${rules}\nCOMMIT\n`;
const nat = (rules: string): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n${rules}\nCOMMIT\n`;

/** Rules that no kube-proxy writes. */
const handMade: readonly (readonly [string, string])[] = [
  ['one network in FORWARD', filter('-A FORWARD -s 198.51.100.16/28 -j DROP')],
  [
    'two fields at once',
    filter('-A FORWARD -s 10.1.0.0/16 -d 10.2.0.0/16 -j REJECT\n-A FORWARD -s 10.1.2.0/24 -j DROP'),
  ],
  ['what is not', filter('-A FORWARD ! -s 10.0.0.0/8 ! -d 10.0.0.0/8 -j DROP\n-A INPUT ! -i cni0 -j ACCEPT')],
  [
    'ports',
    filter('-A FORWARD -p tcp -m tcp ! --dport 80 -j A\n-A A -p tcp -m multiport --dports 22,443,8000:9000 -j DROP'),
  ],
  ['client ports', filter('-A FORWARD -p udp -m udp --sport 53 -j ACCEPT\n-A FORWARD -p udp -j DROP')],
  [
    'interfaces',
    filter('-A FORWARD -i cali+ -j A\n-A A -i cali12 -j ACCEPT\n-A A -j DROP\n-A FORWARD -o cni0 -j DROP'),
  ],
  ['ranges', filter('-A FORWARD -m iprange --src-range 10.0.0.3-10.0.0.9 ! --dst-range 10.0.0.1-10.9.0.0 -j DROP')],
  [
    'gaps in masks',
    filter('-A FORWARD -s 10.0.0.5/255.240.255.255 -j DROP\n-A FORWARD -d 10.0.0.0/255.0.255.0 -j REJECT'),
  ],
  [
    'chance before sets',
    filter(
      '-A FORWARD -m statistic --mode random --probability 0.5 -j A\n-A FORWARD -s 10.0.0.0/9 -j DROP\n-A A -d 10.0.0.0/12 -j DROP\n-A A -s 10.3.0.0/16 -j REJECT',
    ),
  ],
  [
    'what is unknown',
    filter(
      '-A FORWARD -m limit --limit 1/s -s 10.0.0.0/8 -j DROP\n-A FORWARD -m time --x 1 -d 10.4.0.0/16 -j REJECT\n-A FORWARD -m time --x 1 -j DROP',
    ),
  ],
  [
    'kinds of addresses',
    filter(
      '-A INPUT -m addrtype --dst-type LOCAL --src-type UNICAST -j ACCEPT\n-A FORWARD -m addrtype ! --src-type LOCAL --limit-iface-in -j DROP',
    ),
  ],
  [
    'a hairpin',
    nat(
      '-A PREROUTING -d 10.9.9.9/32 -m statistic --mode random --probability 0.5 -j A\n-A PREROUTING -d 10.9.9.9/32 -j B\n-A A -s 10.244.1.7/32 -j MARK --set-xmark 0x4000/0x4000\n-A A -j DNAT --to-destination 10.244.1.7\n-A B -s 10.244.1.8/32 -j MARK --set-xmark 0x4000/0x4000\n-A B -j DNAT --to-destination 10.244.1.8\n-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE',
    ),
  ],
  [
    'a hairpin of an endpoint that no subnet of the node holds',
    `${nat(
      '-A PREROUTING -d 10.9.9.9/32 -j DNAT --to-destination 198.51.100.7\n-A POSTROUTING -s 198.51.100.7/32 -d 198.51.100.7/32 -j MASQUERADE',
    )}${filter('-A FORWARD -i cni0 -o cni0 -p udp -j DROP\n-A FORWARD ! -o cni0 -p sctp -j REJECT')}`,
  ],
  [
    'rewritten addresses',
    nat(
      '-A PREROUTING -d 192.0.2.0/24 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1-10.0.0.3:81\n-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n-A POSTROUTING -s 10.0.0.0/8 ! -d 10.0.0.0/8 -j SNAT --to-source 192.0.2.77\n-A OUTPUT -d 192.0.2.9/32 -j DNAT --to-destination :99',
    ),
  ],
  ['a mapped prefix', nat('-A PREROUTING -d 192.0.2.0/28 -j NETMAP --to 10.7.7.0/28')],
  [
    'reverse paths',
    `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -m rpfilter --invert -j DROP\nCOMMIT\n`,
  ],
  [
    'connections',
    filter(
      '-A FORWARD -m conntrack --ctstate NEW --ctorigdst 10.5.0.0/16 -j DROP\n-A FORWARD -m conntrack --ctorigsrc 10.5.0.0/16 ! --ctorigdstport 80 -j REJECT',
    ),
  ],
];

describe('rules made by hand', () => {
  it.each(handMade)('%s', (_, text) => {
    expect(faultsOf(nodeOf(text, 'ipv4', hostModel(facts, { listening: ['tcp/22', 'udp/53'] })), 11)).toEqual([]);
  });

  it.each(handMade.filter(([name]) => name !== 'kinds of addresses'))(
    '%s, of a node that nothing is known of',
    (_, text) => {
      expect(faultsOf(nodeOf(text, 'ipv4'), 13, false)).toEqual([]);
    },
  );
});
