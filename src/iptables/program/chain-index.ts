/** Finds the rules of a long chain that can match a destination, without testing the others. */
import { readAddress, type TraceAddress } from '../../walk/address.js';
import { addressSets, type AddressSet } from '../../walk/address-set.js';
import type { Parting } from '../../walk/doubt.js';
import { parting } from '../../walk/part.js';
import type { WalkState } from '../../walk/types.js';
import {
  destinationsAnd,
  destinationsOf,
  destinationsWithout,
  isNoTransport,
  noTransport,
  ofPort,
  transportAnd,
  transportOr,
  transportsTogether,
  transportWithout,
  type Block,
  type Destinations,
  type Transport,
} from '../../walk/transport.js';
import type { Protocol, Rule } from '../types.js';

/** The rules that require one port of one protocol. */
interface PortRules {
  readonly transport: Transport;
  readonly numbers: number[];
}

/** The rules that require one address: with a port, and without. */
interface AddressRules {
  readonly address: TraceAddress;
  /** How many addresses the rules name before it. */
  readonly place: number;
  readonly byPort: Map<string, PortRules>;
  readonly anyPort: number[];
}

/** A subset of destinations, and the numbers of the rules that can match it. */
interface Part {
  readonly destinations: Destinations;
  readonly numbers: readonly number[];
}

/**
 * Indexes rules by the destination they require: address and port, address only, port only, or neither. Each class is
 * in chain order, so merging the four gives the rules of the chain in order, without those that cannot match.
 */
export class ChainIndex {
  private sorted: readonly AddressRules[] | undefined;
  private portsWithoutAddress: PortsWithoutAddress | undefined;

  private constructor(
    private readonly byAddress: ReadonlyMap<string, AddressRules>,
    private readonly byPort: ReadonlyMap<string, PortRules>,
    private readonly rest: readonly number[],
  ) {}

  /** An index; undefined if the chain is short or most of its rules do not restrict the destination. */
  static of(rules: readonly Rule[]): ChainIndex | undefined {
    if (rules.length < 16) return undefined;
    const addresses = new Map<string, AddressRules>();
    const ports = new Map<string, PortRules>();
    const rest: number[] = [];
    rules.forEach((rule, number) => {
      const { address, port } = demandOf(rule);
      if (address === undefined) {
        if (port === undefined) rest.push(number);
        else addPort(ports, port, number);
        return;
      }
      const own = addresses.get(address.text) ?? {
        address,
        place: addresses.size,
        byPort: new Map<string, PortRules>(),
        anyPort: [],
      };
      addresses.set(address.text, own);
      if (port === undefined) own.anyPort.push(number);
      else addPort(own.byPort, port, number);
    });
    return rest.length * 2 > rules.length ? undefined : new ChainIndex(addresses, ports, rest);
  }

  /** Numbers (from 0) of the rules that can match, in order. */
  candidates(address: string, protocol: string, port: number): readonly number[] {
    const own = this.byAddress.get(address);
    const key = `${protocol}${port}`;
    return merged([own?.byPort.get(key)?.numbers, own?.anyPort, this.byPort.get(key)?.numbers, this.rest]);
  }

  /** The same for a set of packets. Splits the set if different rules can match its destinations. */
  candidatesOf(state: WalkState): readonly number[] | undefined | Parting {
    const { destination, protocol, destinationPort, packets } = state;
    if (destination !== undefined && protocol !== undefined && destinationPort !== undefined)
      return this.candidates(destination.text, protocol, destinationPort);
    // If a rule rewrote part of the destinations, no index is used; each rule then splits the set itself.
    if (state.madeDestination !== undefined || state.madePort !== undefined) return undefined;
    const parts = this.partsOf(packets.destinations);
    const [first, ...others] = parts;
    if (others.length === 0) return first?.numbers;
    return parting(parts.map(({ destinations }) => packets.with({ destinations })));
  }

  private partsOf(all: Destinations): Part[] {
    const parts: Part[] = [];
    const taken: Block[] = [];
    for (const [own, { transport }] of this.addressesIn(all)) this.partAddress(own, transport, parts, taken);
    const rest = taken.length === 0 ? all : destinationsWithout(all, destinationsOf(taken));
    this.partByPort(rest, [], parts);
    return parts;
  }

  /** The addresses in each block, in the order of the rules. */
  private *addressesIn(all: Destinations): Generator<readonly [AddressRules, Block]> {
    for (const block of all) for (const own of this.within(block.addresses)) yield [own, block];
  }

  private within(set: AddressSet): readonly AddressRules[] {
    const found: AddressRules[] = [];
    this.sorted ??= [...this.byAddress.values()].sort((a, b) => (a.address.value < b.address.value ? -1 : 1));
    for (const [from, to] of addressSets.pairs(set))
      for (let place = firstFrom(this.sorted, from); place < this.sorted.length; place++) {
        const own = this.sorted[place];
        if (own === undefined || own.address.value > to) break;
        found.push(own);
      }
    return found.sort((a, b) => a.place - b.place);
  }

  private partAddress({ address, byPort, anyPort }: AddressRules, all: Transport, parts: Part[], taken: Block[]): void {
    const addresses = addressSets.one(address.value);
    let demanded = noTransport;
    for (const [key, { transport, numbers }] of byPort) {
      const both = transportAnd(all, transport);
      if (isNoTransport(both)) continue;
      demanded = transportOr(demanded, both);
      parts.push({
        destinations: [{ addresses, transport: both }],
        numbers: merged([numbers, anyPort, this.byPort.get(key)?.numbers, this.rest]),
      });
    }
    if (anyPort.length === 0) {
      if (!isNoTransport(demanded)) taken.push({ addresses, transport: demanded });
      return;
    }
    taken.push({ addresses, transport: all });
    const rest = transportWithout(all, demanded);
    if (!isNoTransport(rest)) this.partByPort([{ addresses, transport: rest }], anyPort, parts);
  }

  /** The ports of different rules are disjoint. */
  private partByPort(all: Destinations, others: readonly number[], parts: Part[]): void {
    const ports = (this.portsWithoutAddress ??= portsOf([...this.byPort.values()]));
    const only = all.length === 1 ? ports.byKey.get(all[0]?.transport.key ?? '') : undefined;
    if (only !== undefined) {
      parts.push({ destinations: all, numbers: merged([others, only.numbers, this.rest]) });
      return;
    }
    const rest = destinationsWithout(all, withTransport(all, ports.all));
    if (rest !== all)
      for (const { transport, numbers } of this.byPort.values()) {
        const destinations = destinationsAnd(all, withTransport(all, transport));
        if (destinations.length > 0) parts.push({ destinations, numbers: merged([others, numbers, this.rest]) });
      }
    if (rest.length > 0) parts.push({ destinations: rest, numbers: merged([others, this.rest]) });
  }
}

/** The rules that require a port but no address, by the key of that port, and all these ports together. */
interface PortsWithoutAddress {
  readonly byKey: ReadonlyMap<string, PortRules>;
  readonly all: Transport;
}

function portsOf(rules: readonly PortRules[]): PortsWithoutAddress {
  return {
    byKey: new Map(rules.map((one) => [one.transport.key, one])),
    all: transportsTogether(rules.map(({ transport }) => transport)),
  };
}

/** These addresses with other ports. */
function withTransport(all: Destinations, transport: Transport): Destinations {
  return all.map(({ addresses }) => ({ addresses, transport }));
}

/** The index of the first entry with this address or a later one. */
function firstFrom(sorted: readonly AddressRules[], value: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.address.value ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(lists: readonly (readonly number[] | undefined)[]): readonly number[] {
  const some = lists.filter((list): list is readonly number[] => list !== undefined && list.length > 0);
  const [only = []] = some;
  return some.length < 2 ? only : some.flat().sort((a, b) => a - b);
}

function addPort(ports: Map<string, PortRules>, { protocol, port }: Port, number: number): void {
  const key = `${protocol}${port}`;
  const known = ports.get(key);
  if (known === undefined) ports.set(key, { transport: ofPort(protocol, port), numbers: [number] });
  else known.numbers.push(number);
}

interface Port {
  readonly protocol: Protocol;
  readonly port: number;
}

interface Demand {
  readonly address: TraceAddress | undefined;
  readonly port: Port | undefined;
}

function demandOf({ matches }: Rule): Demand {
  let address: TraceAddress | undefined;
  let port: Port | undefined;
  for (const match of matches) {
    if (match.kind === 'destination' && match.negated !== true) address = hostOf(match.prefix);
    else if (
      (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') &&
      match.destinationPortNegated !== true
    ) {
      const range = match.destinationPort;
      if (range !== undefined && range.from === range.to) port = { protocol: match.kind, port: range.from };
    }
  }
  return { address, port };
}

/** The address of a prefix of full length; undefined for shorter prefixes. */
function hostOf(prefix: string): TraceAddress | undefined {
  const slash = prefix.indexOf('/');
  if (slash < 0) return readAddress(prefix);
  const length = prefix.slice(slash + 1);
  const address = prefix.slice(0, slash);
  if (length !== (address.includes(':') ? '128' : '32')) return undefined;
  return readAddress(address);
}
