/** Sets of protocols with their destination ports, and sets of destinations: addresses with the ports for each. */
import type { Family } from '../net/address.js';
import { addressSets, allAddresses, type AddressSet } from './address-set.js';
import { traceProtocols, type TraceProtocol } from './packet.js';
import { rangeAlgebra, type Ranges } from './ranges.js';

export type PortSet = Ranges<number>;

export const portSets = rangeAlgebra<number>(
  (port) => port - 1,
  (port) => port + 1,
);

/** For protocols with ports; a ping has 0 instead. */
export const allPorts: PortSet = [1, 65535];
const noPort: PortSet = [0, 0];

/** The ports of each protocol; empty if the protocol is not in the set. */
export interface Transport {
  readonly tcp: PortSet;
  readonly udp: PortSet;
  readonly sctp: PortSet;
  readonly icmp: PortSet;
  /** Equal for equal sets. */
  readonly key: string;
}

type Ports = Readonly<Record<TraceProtocol, PortSet>>;

function make({ tcp, udp, sctp, icmp }: Ports): Transport {
  return { tcp, udp, sctp, icmp, key: `${tcp.join()} ${udp.join()} ${sctp.join()} ${icmp.join()}` };
}

const { none } = portSets;
const nothing: Ports = { tcp: none, udp: none, sctp: none, icmp: none };

export const allTransport: Transport = make({ tcp: allPorts, udp: allPorts, sctp: allPorts, icmp: noPort });

export const noTransport: Transport = make(nothing);

/** All ports of some protocols. */
export function ofProtocols(protocols: readonly TraceProtocol[]): Transport {
  return make(mapPorts(nothing, (_, name) => (protocols.includes(name) ? allTransport[name] : none)));
}

/** All pings. */
export const pings: Transport = ofProtocols(['icmp']);

/** These ports of some protocols; pings are not included. */
export function ofPorts(ports: PortSet, protocols: readonly TraceProtocol[] = ['tcp', 'udp', 'sctp']): Transport {
  return make(mapPorts(nothing, (_, name) => (name !== 'icmp' && protocols.includes(name) ? ports : none)));
}

/** One port, or a ping (port 0). */
export function ofPort(protocol: TraceProtocol, port: number): Transport {
  return make({ ...nothing, [protocol]: [port, port] });
}

function mapPorts(ports: Ports, change: (ports: PortSet, name: TraceProtocol) => PortSet): Ports {
  return {
    tcp: change(ports.tcp, 'tcp'),
    udp: change(ports.udp, 'udp'),
    sctp: change(ports.sctp, 'sctp'),
    icmp: change(ports.icmp, 'icmp'),
  };
}

export function isNoTransport({ tcp, udp, sctp, icmp }: Transport): boolean {
  return tcp.length + udp.length + sctp.length + icmp.length === 0;
}

function combine(a: Transport, b: Transport, operation: (a: PortSet, b: PortSet) => PortSet): Transport {
  const ports = mapPorts(a, (own, name) => operation(own, b[name]));
  return isSame(ports, a) ? a : isSame(ports, b) ? b : make(ports);
}

function isSame(ports: Ports, { tcp, udp, sctp, icmp }: Transport): boolean {
  return ports.tcp === tcp && ports.udp === udp && ports.sctp === sctp && ports.icmp === icmp;
}

export function transportAnd(a: Transport, b: Transport): Transport {
  return combine(a, b, (own, other) => portSets.intersect(own, other));
}

export function transportOr(a: Transport, b: Transport): Transport {
  return combine(a, b, (own, other) => portSets.union(own, other));
}

/** The union of many sets; sorts their ports once. */
export function transportsTogether(all: readonly Transport[]): Transport {
  return make(mapPorts(nothing, (_, name) => portSets.of(all.flatMap((one) => portSets.pairs(one[name])))));
}

export function transportWithout(a: Transport, b: Transport): Transport {
  return combine(a, b, (own, other) => portSets.subtract(own, other));
}

/** The protocols with at least one port in the set. */
export function protocolsOf(transport: Transport): TraceProtocol[] {
  return traceProtocols.filter((name) => transport[name].length > 0);
}

/** All ports of the protocols that have this port in the set. */
export function protocolsWithPort(transport: Transport, port: number): Transport {
  return ofProtocols(traceProtocols.filter((name) => portSets.has(transport[name], port)));
}

/** Addresses with the same ports in the set. */
export interface Block {
  readonly addresses: AddressSet;
  readonly transport: Transport;
}

/**
 * A set of destinations, closed under all set operations: blocks with disjoint addresses and different transports. What
 * remains after removing thousands of exact keys is still only a few blocks.
 */
export type Destinations = readonly Block[];

export function everywhere(family: Family): Destinations {
  return [{ addresses: allAddresses[family], transport: allTransport }];
}

/** Combines blocks with disjoint addresses to a set. */
function gathered(blocks: readonly Block[]): Destinations {
  if (blocks.length < 2) return blocks;
  const byKey = new Map<string, { transport: Transport; pairs: (readonly [bigint, bigint])[] }>();
  for (const { addresses, transport } of blocks) {
    const known = byKey.get(transport.key);
    if (known === undefined) byKey.set(transport.key, { transport, pairs: addressSets.pairs(addresses) });
    else for (const pair of addressSets.pairs(addresses)) known.pairs.push(pair);
  }
  return [...byKey.values()].map(({ transport, pairs }) => ({ transport, addresses: addressSets.of(pairs) }));
}

/** Keys as a set of destinations; an address may occur in several keys. */
export function destinationsOf(keys: Iterable<Block>): Destinations {
  const single = new Map<bigint, Transport>();
  let wide: Destinations = [];
  for (const block of keys) {
    const value = addressSets.single(block.addresses);
    if (value === undefined) wide = destinationsOr(wide, [block]);
    else {
      const known = single.get(value);
      single.set(value, known === undefined ? block.transport : transportOr(known, block.transport));
    }
  }
  const narrow = gathered([...single].map(([value, transport]) => ({ addresses: addressSets.one(value), transport })));
  return wide.length === 0 ? narrow : destinationsOr(wide, narrow);
}

export function destinationsAnd(a: Destinations, b: Destinations): Destinations {
  const blocks: Block[] = [];
  let isSame = true;
  for (const one of a) {
    for (const other of b) {
      const addresses = addressSets.intersect(one.addresses, other.addresses);
      if (addresses.length === 0) continue;
      const transport = transportAnd(one.transport, other.transport);
      if (isNoTransport(transport)) continue;
      isSame &&= addresses === one.addresses && transport === one.transport;
      blocks.push({ addresses, transport });
    }
  }
  return isSame && blocks.length === a.length ? a : gathered(blocks);
}

export function destinationsWithout(a: Destinations, b: Destinations): Destinations {
  const blocks: Block[] = [];
  let isSame = true;
  for (const one of a) {
    let outside = one.addresses;
    for (const other of b) {
      const addresses = addressSets.intersect(one.addresses, other.addresses);
      if (addresses.length === 0) continue;
      const transport = transportWithout(one.transport, other.transport);
      if (transport === one.transport) continue;
      isSame = false;
      outside = addressSets.subtract(outside, addresses);
      if (!isNoTransport(transport)) blocks.push({ addresses, transport });
    }
    if (outside.length > 0) blocks.push({ addresses: outside, transport: one.transport });
  }
  return isSame ? a : gathered(blocks);
}

export function destinationsOr(a: Destinations, b: Destinations): Destinations {
  const blocks: Block[] = [];
  for (const one of a) {
    let outside = one.addresses;
    for (const other of b) {
      const addresses = addressSets.intersect(one.addresses, other.addresses);
      if (addresses.length === 0) continue;
      outside = addressSets.subtract(outside, addresses);
      blocks.push({ addresses, transport: transportOr(one.transport, other.transport) });
    }
    if (outside.length > 0) blocks.push({ addresses: outside, transport: one.transport });
  }
  const known = a.reduce<AddressSet>((all, { addresses }) => addressSets.union(all, addresses), addressSets.none);
  for (const other of b) {
    const outside = addressSets.subtract(other.addresses, known);
    if (outside.length > 0) blocks.push({ addresses: outside, transport: other.transport });
  }
  return gathered(blocks);
}

/** Whether the set contains this destination. */
export function hasDestination(set: Destinations, address: bigint, protocol: TraceProtocol, port: number): boolean {
  return set.some(
    ({ addresses, transport }) => portSets.has(transport[protocol], port) && addressSets.has(addresses, address),
  );
}
