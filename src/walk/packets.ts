import type { Family } from '../net/address.js';
import { addressOfValue, type TraceAddress } from './address.js';
import { addressSets, type AddressSet } from './address-set.js';
import { namesOfBoth } from './interfaces.js';
import { traceProtocols, type Packet, type TraceProtocol } from './packet.js';
import {
  destinationsAnd,
  hasDestination,
  ofPort,
  portSets,
  protocolsOf,
  type Destinations,
  type PortSet,
} from './transport.js';

export interface PacketFields {
  readonly family: Family;
  readonly sources: AddressSet;
  readonly destinations: Destinations;
  /**
   * The incoming interfaces; `itself` alone: a process of the node sends them. A name that ends in `*` represents all
   * interfaces with this prefix that are not listed separately.
   */
  readonly interfaces: readonly string[];
  /** Undefined: a port of the client's choice, which is unknown. */
  readonly sourcePorts: PortSet | undefined;
}

/** Used instead of an interface: the node itself. */
export const itself = '';

/**
 * A set of first packets of connections: a product of one set for each field. Fields with a single value also store
 * that value, so that a single packet is processed as fast as without sets.
 */
export class Packets implements PacketFields {
  readonly family: Family;
  readonly sources: AddressSet;
  readonly destinations: Destinations;
  readonly interfaces: readonly string[];
  readonly sourcePorts: PortSet | undefined;
  readonly source: TraceAddress | undefined;
  readonly destination: TraceAddress | undefined;
  readonly protocol: TraceProtocol | undefined;
  readonly destinationPort: number | undefined;
  readonly sourcePort: number | undefined;
  /** The only interface; undefined if there are several. */
  readonly inInterface: string | undefined;

  constructor(fields: PacketFields, known?: Packets) {
    this.family = fields.family;
    this.sources = fields.sources;
    this.destinations = fields.destinations;
    this.interfaces = fields.interfaces;
    this.sourcePorts = fields.sourcePorts;
    const isSource = known?.sources === fields.sources;
    this.source = isSource ? known.source : addressIn(fields.sources, fields.family);
    this.inInterface = fields.interfaces.length === 1 ? fields.interfaces[0] : undefined;
    this.sourcePort = fields.sourcePorts === undefined ? undefined : portSets.single(fields.sourcePorts);
    if (known?.destinations === fields.destinations) {
      this.destination = known.destination;
      this.protocol = known.protocol;
      this.destinationPort = known.destinationPort;
      return;
    }
    const [only, ...others] = fields.destinations;
    this.destination = only === undefined || others.length > 0 ? undefined : addressIn(only.addresses, fields.family);
    this.protocol = commonProtocol(fields.destinations);
    this.destinationPort = this.protocol === undefined ? undefined : commonPort(fields.destinations, this.protocol);
  }

  /** The same packets with some fields replaced. */
  with(changes: Partial<PacketFields>): Packets {
    const fields: PacketFields = {
      family: changes.family ?? this.family,
      sources: changes.sources ?? this.sources,
      destinations: changes.destinations ?? this.destinations,
      interfaces: changes.interfaces ?? this.interfaces,
      sourcePorts: 'sourcePorts' in changes ? changes.sourcePorts : this.sourcePorts,
    };
    return new Packets(fields, this);
  }

  get isEmpty(): boolean {
    return (
      this.sources.length === 0 ||
      this.destinations.length === 0 ||
      this.interfaces.length === 0 ||
      this.sourcePorts?.length === 0
    );
  }

  get isFromNode(): boolean {
    return this.interfaces[0] === itself;
  }

  /** The intersection; undefined if it is empty. */
  and(other: Packets): Packets | undefined {
    if (other === this) return this;
    const sources = addressSets.intersect(this.sources, other.sources);
    if (sources.length === 0) return undefined;
    const interfaces = namesOfBoth(this.interfaces, other.interfaces);
    if (interfaces.length === 0) return undefined;
    const destinations =
      this.destinations === other.destinations
        ? this.destinations
        : destinationsAnd(this.destinations, other.destinations);
    if (destinations.length === 0) return undefined;
    const sourcePorts =
      this.sourcePorts === undefined || other.sourcePorts === undefined
        ? (this.sourcePorts ?? other.sourcePorts)
        : portSets.intersect(this.sourcePorts, other.sourcePorts);
    if (sourcePorts?.length === 0) return undefined;
    const both = { family: this.family, sources, destinations, interfaces, sourcePorts };
    return this.has(both) ? this : other.has(both) ? other : new Packets(both, this);
  }

  /** Whether the fields are identical to this set's. */
  private has({ sources, destinations, interfaces, sourcePorts }: PacketFields): boolean {
    return (
      sources === this.sources &&
      destinations === this.destinations &&
      interfaces.length === this.interfaces.length &&
      sourcePorts === this.sourcePorts
    );
  }

  /** Whether the set contains the packet; `interfaceName` is one of the names with which the set was made. */
  holds(packet: Packet, interfaceName: string): boolean {
    return (
      packet.family === this.family &&
      addressSets.has(this.sources, packet.source.value) &&
      this.interfaces.includes(interfaceName) &&
      (this.sourcePorts === undefined ||
        packet.sourcePort === undefined ||
        portSets.has(this.sourcePorts, packet.sourcePort)) &&
      hasDestination(
        this.destinations,
        packet.destination.value,
        packet.protocol,
        packet.protocol === 'icmp' ? 0 : packet.destinationPort,
      )
    );
  }
}

function addressIn(set: AddressSet, family: Family): TraceAddress | undefined {
  const value = addressSets.single(set);
  return value === undefined ? undefined : addressOfValue(value, family);
}

function commonProtocol(destinations: Destinations): TraceProtocol | undefined {
  const found = traceProtocols.filter((name) => destinations.some(({ transport }) => transport[name].length > 0));
  return found.length === 1 ? found[0] : undefined;
}

function commonPort(destinations: Destinations, protocol: TraceProtocol): number | undefined {
  const [only, ...others] = destinations;
  return only === undefined || others.length > 0 ? undefined : portSets.single(only.transport[protocol]);
}

/** A set of one packet. */
export function onePacket(packet: Packet): Packets {
  return new Packets({
    family: packet.family,
    sources: addressSets.one(packet.source.value),
    destinations: [
      {
        addresses: addressSets.one(packet.destination.value),
        transport: ofPort(packet.protocol, packet.protocol === 'icmp' ? 0 : packet.destinationPort),
      },
    ],
    interfaces: [packet.inInterface ?? itself],
    sourcePorts: packet.sourcePort === undefined ? undefined : portSets.one(packet.sourcePort),
  });
}

/** Addresses reserved for documentation (RFC 5737, RFC 3849) are preferred in examples. */
const documented: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: [0xcb00714dn, 0xc633644dn],
  ipv6: [0x20010db8007700000000000000000077n],
};

function exampleAddress(set: AddressSet, family: Family): TraceAddress | undefined {
  const [from, to] = set;
  if (from === undefined || to === undefined) return undefined;
  const plain = documented[family].find((value) => addressSets.has(set, value));
  return addressOfValue(plain ?? (from < to ? from + 1n : from), family);
}

/** An example packet of the set, as simple as possible. */
export function exampleOf(packets: Packets): Packet | undefined {
  const [block] = packets.destinations;
  const protocol = block === undefined ? undefined : protocolsOf(block.transport)[0];
  const source = exampleAddress(packets.sources, packets.family);
  const destination = exampleAddress(block?.addresses ?? [], packets.family);
  if (block === undefined || protocol === undefined || source === undefined || destination === undefined)
    return undefined;
  const name = packets.interfaces[0] ?? itself;
  const sourcePort = packets.sourcePorts === undefined ? undefined : examplePort(packets.sourcePorts, 40_000);
  return {
    family: packets.family,
    protocol,
    source,
    destination,
    destinationPort: examplePort(block.transport[protocol], 80),
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(name === itself ? {} : { inInterface: name === '*' ? 'other0' : name.replace(/\*$/, '0') }),
  };
}

function examplePort(ports: PortSet, usual: number): number {
  return portSets.has(ports, usual) ? usual : (ports[0] ?? 0);
}
