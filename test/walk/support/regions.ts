/** Regions of recorded nodes, and packets for testing them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../../src/iptables/dump/parse.js';
import { parseIpset } from '../../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../../src/ipvs/parse-ipvsadm.js';
import type { Family } from '../../../src/net/address.js';
import { Tracer } from '../../../src/trace/trace.js';
import { addressOfValue, readAddress } from '../../../src/walk/address.js';
import { interfaceNamed } from '../../../src/walk/all-packets.js';
import { hostModel, type HostModel } from '../../../src/walk/host.js';
import type { Packet, TraceProtocol } from '../../../src/walk/packet.js';
import { itself } from '../../../src/walk/packets.js';
import { endsOf, type Region } from '../../../src/walk/regions.js';
import type { WalkEnd } from '../../../src/walk/types.js';
import { hostFactsIn } from '../../trace/support/tracers.js';

export interface RegionNode {
  readonly tracer: Tracer;
  readonly host: HostModel;
  readonly family: Family;
  readonly interfaces: readonly string[];
  /** The texts of its rules and sets. */
  readonly texts: string;
}

/** The node of a mode and family in a folder of recorded outputs; undefined if there is none. */
export function nodeIn(directory: string, mode: 'iptables' | 'ipvs', family: Family): RegionNode | undefined {
  const read = (kind: string): string => {
    const path = join(directory, `${mode}.${family}.${kind}`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const texts = { save: read('save'), ipset: read('ipset'), ipvsadm: read('ipvsadm'), addresses: read('addresses') };
  const ruleSet = parseDump({ name: 'save', text: texts.save }, { family }).dumps[0]?.ruleSet;
  if (texts.save === '' || ruleSet === undefined) return undefined;
  const boundAddresses = texts.addresses.split(/\s+/).filter((text) => readAddress(text) !== undefined);
  const host = hostModel(hostFactsIn(directory), { boundAddresses });
  const { sets } = parseIpset({ name: 'ipset', text: texts.ipset });
  const { virtualServers } = parseIpvsadm({ name: 'ipvsadm', text: texts.ipvsadm });
  const tracer = new Tracer({ ruleSet, host, sets, virtualServers });
  return { tracer, host, family, interfaces: tracer.interfaces(), texts: Object.values(texts).join('\n') };
}

/** The same from rules alone, on a node with the given facts. */
export function nodeOf(text: string, family: Family, host = hostModel(undefined)): RegionNode {
  const ruleSet = parseDump({ name: 'save', text }, { family }).dumps[0]?.ruleSet ?? { family, tables: [] };
  const tracer = new Tracer({ ruleSet, host });
  return { tracer, host, family, interfaces: tracer.interfaces(), texts: text };
}

/** All regions of a node, for arriving and outgoing packets. */
export function allRegions({ tracer }: RegionNode): Region[] {
  const { incoming, outgoing } = tracer.everything();
  return [...tracer.regions(incoming), ...tracer.regions(outgoing)];
}

/** Pseudo-random numbers that are the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes packets for a node: from the rules' constants, neighbouring values, and random values. */
export function packetsFor({ family, interfaces, texts }: RegionNode, next: () => number): () => Packet {
  const bits = family === 'ipv4' ? 32 : 128;
  const pattern = family === 'ipv4' ? /\d+\.\d+\.\d+\.\d+/g : /[0-9a-f]*:[0-9a-f:]+/g;
  const known = [...new Set(texts.match(pattern) ?? [])].flatMap((text) => {
    const address = readAddress(text);
    return address?.family === family ? [address.value] : [];
  });
  const ports = [...new Set([...texts.matchAll(/(?:port |:|tcp:|udp:)(\d{1,5})\b/g)].map(([, port]) => Number(port)))];
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  const anywhere = (): bigint => BigInt(Math.floor(next() * 2 ** 32)) << BigInt(bits - 32);
  const address = (): bigint => {
    const kind = next();
    const base = kind < 0.9 ? (pick(known) ?? anywhere()) : anywhere();
    const value =
      kind < 0.6 ? base : kind < 0.7 ? base + 1n : kind < 0.8 ? base - 1n : kind < 0.9 ? base ^ 0xffn : base;
    return BigInt.asUintN(bits, value);
  };
  const port = (): number => {
    const base = next() < 0.8 ? (pick(ports) ?? 80) : Math.ceil(next() * 65535);
    return Math.min(65535, Math.max(1, next() < 0.8 ? base : base + (next() < 0.5 ? 1 : -1)));
  };
  return () => {
    const protocol: TraceProtocol = pick(['tcp', 'tcp', 'udp', 'sctp', 'icmp'] as const) ?? 'tcp';
    const inInterface = pick(interfaces)?.replace('*', 'x9');
    return {
      family,
      protocol,
      source: addressOfValue(address(), family),
      sourcePort: next() < 0.2 ? port() : 1024 + Math.floor(next() * 60000),
      destination: addressOfValue(address(), family),
      destinationPort: protocol === 'icmp' ? 0 : port(),
      ...(inInterface === undefined ? {} : { inInterface }),
    };
  };
}

/** The outcome of a packet with shares: equal texts for equal outcomes. */
export function fatesOf(ends: readonly WalkEnd[], packet: Packet, node: RegionNode): string {
  const shares = new Map<string, number>();
  for (const end of ends) {
    const key = fateOf(end, packet, node);
    shares.set(key, (shares.get(key) ?? 0) + end.state.weight);
  }
  return [...shares]
    .map(([key, share]) => `${share.toFixed(9)} ${key}`)
    .sort()
    .join('\n');
}

function fateOf({ state, verdict, reason }: WalkEnd, packet: Packet, { interfaces, host }: RegionNode): string {
  const { outInterface = '' } = state;
  // Packets that go back where they came from may be in a set with several interfaces.
  const cameBy = packet.inInterface ?? itself;
  const goesBack = state.leavesAsItCame || [cameBy, interfaceNamed(cameBy, interfaces)].includes(outInterface);
  const out = goesBack ? 'where it came in' : outInterface;
  const step = reason === undefined ? state.steps?.item : undefined;
  const decider =
    step?.kind === 'rule' || step?.kind === 'policy'
      ? `${step.table} ${step.chain.name} ${step.kind === 'rule' ? step.index : 'policy'}`
      : '';
  const to = `${(state.madeDestination ?? packet.destination).text} ${state.madePort ?? packet.destinationPort}`;
  const masqueraded =
    state.leavesAsItCame && state.hasSourceNat && state.destination !== undefined
      ? host.masqueradeAddress(cameBy, state.destination)
      : undefined;
  const from = (masqueraded ?? state.madeSource ?? packet.source).text;
  return [
    verdict,
    state.hook,
    verdict === 'ACCEPT' ? `${out} to ${to} from ${from} ${state.hasSourceNat}` : decider,
    verdict === 'ACCEPT' ? `mark ${state.mark}` : '',
  ].join(', ');
}

/** How the regions' outcome for a packet is wrong; `''` if it is not. */
export function faultOf(node: RegionNode, regions: readonly Region[], packet: Packet): string {
  const name = packet.inInterface === undefined ? itself : interfaceNamed(packet.inInterface, node.interfaces);
  const holding = regions.filter(({ packets }) => packets.holds(packet, name));
  const [region] = holding;
  const words = `${packet.protocol} ${packet.source.text}:${packet.sourcePort ?? ''} → ${packet.destination.text}:${packet.destinationPort} by ${packet.inInterface ?? 'itself'}`;
  if (region === undefined || holding.length > 1) return `${words}: in ${holding.length} regions`;
  const [told, walked] = [endsOf(region.ends), node.tracer.everyWay(packet)].map((ends) => fatesOf(ends, packet, node));
  return told === walked ? '' : `${words}:\n  the region says\n${told}\n  the walk says\n${walked}`;
}
