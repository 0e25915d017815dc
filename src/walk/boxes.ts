/** Tests sets of packets against the elements of a set, each as a product of addresses and ports. */
import { addressSets, type AddressSet } from './address-set.js';
import { isParting, type Parting } from './doubt.js';
import { originallyTo, parting, sourceIn } from './part.js';
import type { Direction } from './types.js';
import type { WalkState } from './types.js';
import {
  allTransport,
  destinationsAnd,
  destinationsOf,
  destinationsWithout,
  hasDestination,
  isNoTransport,
  protocolsWithPort,
  transportAnd,
  type Block,
  type Destinations,
  type Transport,
} from './transport.js';
import { addToGroup } from '../diagnostics/groups.js';

/** One field of an element. */
export type Dimension = { readonly addresses: AddressSet } | { readonly transport: Transport };

/** An element as a product. If several elements contain a packet, the first one decides. */
export interface Box {
  readonly sources: AddressSet;
  readonly destination: Block;
  /** False: the element excludes (`nomatch`) packets from later ones. */
  readonly isIn: boolean;
}

/** The product of an element's fields, each with its direction; undefined if it is empty. */
export function boxOf(
  places: readonly Dimension[],
  directions: readonly Direction[],
  everything: AddressSet,
  isIn: boolean,
): Box | undefined {
  let [sources, addresses, transport] = [everything, everything, allTransport];
  places.forEach((place, index) => {
    if ('transport' in place) transport = transportAnd(transport, place.transport);
    else if (directions[index] === 'src') sources = addressSets.intersect(sources, place.addresses);
    else addresses = addressSets.intersect(addresses, place.addresses);
  });
  if (sources.length === 0 || addresses.length === 0 || isNoTransport(transport)) return undefined;
  return { sources, destination: { addresses, transport }, isIn };
}

/** The boxes of one set, for lookups with the same directions. */
export class BoxLookup {
  private readonly keyed = new Map<string, Box[]>();
  private readonly isKeyed: boolean;
  /** The boxes by their single address; undefined if some have more than one. */
  private readonly byAddress: ReadonlyMap<bigint, readonly Box[]> | undefined;
  private readonly asksSource: boolean;
  private allDestinations: Destinations | undefined;

  /** `boxes`: in order of precedence. */
  constructor(
    private readonly boxes: readonly Box[],
    private readonly everything: AddressSet,
  ) {
    this.asksSource = boxes.some(({ sources }) => sources !== everything);
    this.isKeyed = boxes.every(({ destination: { addresses, transport } }) => {
      const value = addressSets.single(addresses);
      return value !== undefined && isOnePort(transport);
    });
    if (this.isKeyed) for (const box of boxes) this.addKeyed(box);
    this.byAddress = byAddress(boxes);
  }

  private addKeyed(box: Box): void {
    const key = keyOf(box.destination);
    addToGroup(this.keyed, key, box);
  }

  /** Whether the set contains the packets; splits them if it contains some. */
  has(state: WalkState): boolean | Parting {
    if (!this.asksSource && state.madeDestination === undefined && state.madePort === undefined)
      return originallyTo(state.packets, (this.allDestinations ??= destinationsIn(this.boxes)));
    const boxes = this.boxesAt(state);
    return isParting(boxes) ? boxes : sourceIn(state, sourcesIn(boxes));
  }

  /** The boxes with destinations that include all of the packets; splits them if some include a part. */
  private boxesAt(state: WalkState): readonly Box[] | Parting {
    const { destination, protocol, destinationPort, madeDestination, madePort, packets } = state;
    if (destination !== undefined && protocol !== undefined && destinationPort !== undefined)
      return this.boxesOf(destination.value).filter(({ destination: block }) =>
        hasDestination([block], destination.value, protocol, destinationPort),
      );
    if (madeDestination !== undefined || madePort !== undefined) return this.boxesOfRewritten(state);
    const parts = this.isKeyed ? this.partsByKey(packets.destinations) : this.firstParts(packets.destinations);
    if (parts === undefined)
      return this.boxes.filter(({ destination: block }) => destinationsAnd(packets.destinations, [block]).length > 0);
    return parting(parts.map((destinations) => packets.with({ destinations })));
  }

  /** All boxes that may contain this address, in order. */
  private boxesOf(address: bigint): readonly Box[] {
    return this.byAddress === undefined ? this.boxes : (this.byAddress.get(address) ?? []);
  }

  /** The same for packets with a new address, a new port or both: a box contains all original values of those. */
  private boxesOfRewritten({ madeDestination, madePort, packets }: WalkState): readonly Box[] | Parting {
    const found: Box[] = [];
    const boxes = madeDestination === undefined ? this.boxes : this.boxesOf(madeDestination.value);
    for (const box of boxes) {
      const { addresses, transport } = box.destination;
      if (madeDestination !== undefined && !addressSets.has(addresses, madeDestination.value)) continue;
      const block = {
        addresses: madeDestination === undefined ? addresses : this.everything,
        transport: madePort === undefined ? transport : protocolsWithPort(transport, madePort),
      };
      const inside = destinationsAnd(packets.destinations, [block]);
      if (inside.length === 0) continue;
      const outside = destinationsWithout(packets.destinations, [block]);
      if (outside.length > 0) return parting([inside, outside].map((destinations) => packets.with({ destinations })));
      found.push(box);
    }
    return found;
  }

  private partsByKey(all: Destinations): readonly Destinations[] | undefined {
    const parts: Destinations[] = [];
    for (const [box] of this.keyed.values()) {
      const part = box === undefined ? [] : destinationsAnd(all, [box.destination]);
      if (part.length > 0) parts.push(part);
    }
    const rest = destinationsWithout(all, destinationsOf(parts.flat()));
    if (rest.length > 0) parts.push(rest);
    return parts.length < 2 ? undefined : parts;
  }

  private firstParts(all: Destinations): readonly Destinations[] | undefined {
    for (const { destination } of this.boxes) {
      const inside = destinationsAnd(all, [destination]);
      if (inside.length === 0) continue;
      const outside = destinationsWithout(all, [destination]);
      if (outside.length > 0) return [inside, outside];
    }
    return undefined;
  }
}

function byAddress(boxes: readonly Box[]): ReadonlyMap<bigint, readonly Box[]> | undefined {
  const found = new Map<bigint, Box[]>();
  for (const box of boxes) {
    const address = addressSets.single(box.destination.addresses);
    if (address === undefined) return undefined;
    addToGroup(found, address, box);
  }
  return found;
}

function keyOf({ addresses, transport }: Block): string {
  return `${String(addresses[0])} ${transport.key}`;
}

function isOnePort({ tcp, udp, sctp, icmp }: Transport): boolean {
  const all = [...tcp, ...udp, ...sctp, ...icmp];
  return all.length === 2 && all[0] === all[1];
}

function sourcesIn(boxes: readonly Box[]): AddressSet {
  return firstDecides(boxes.map(({ sources, isIn }) => ({ addresses: sources, isIn })));
}

function destinationsIn(boxes: readonly Box[]): Destinations {
  if (boxes.every(({ isIn }) => isIn)) return destinationsOf(boxes.map(({ destination }) => destination));
  const [first] = boxes;
  const transport = first?.destination.transport;
  if (transport !== undefined && boxes.every(({ destination }) => destination.transport.key === transport.key)) {
    const addresses = firstDecides(boxes.map(({ destination, isIn }) => ({ addresses: destination.addresses, isIn })));
    return addresses.length === 0 ? [] : [{ addresses, transport }];
  }
  let set: Destinations = [];
  for (const { destination, isIn } of [...boxes].reverse())
    set = isIn ? destinationsOf([...set, destination]) : destinationsWithout(set, [destination]);
  return set;
}

/**
 * The addresses for which the first set that contains them is an including one. Each part between two range ends is
 * assigned once, so the cost is that of sorting the ends.
 */
function firstDecides(sets: readonly { readonly addresses: AddressSet; readonly isIn: boolean }[]): AddressSet {
  const ranges = sets.map(({ addresses, isIn }) => ({ pairs: addressSets.pairs(addresses), isIn }));
  const ends = [...new Set(ranges.flatMap(({ pairs }) => pairs.flatMap(([from, to]) => [from, to + 1n])))];
  ends.sort((a, b) => (a < b ? -1 : 1));
  const places = new Map(ends.map((end, place) => [end, place]));
  const free = ends.map((_, place) => place);
  const taken: (readonly [bigint, bigint])[] = [];
  for (const { pairs, isIn } of ranges)
    for (const [from, to] of pairs) {
      const end = places.get(to + 1n) ?? 0;
      for (let place = nextFree(free, places.get(from) ?? 0); place < end; place = nextFree(free, place)) {
        if (isIn) taken.push([ends[place] ?? 0n, (ends[place + 1] ?? 0n) - 1n]);
        free[place] = place + 1;
      }
    }
  return addressSets.of(taken);
}

/** The first unassigned part from here on; the result is cached (path compression). */
function nextFree(free: number[], from: number): number {
  let place = from;
  while ((free[place] ?? place) !== place) place = free[place] ?? place;
  for (let one = from; one !== place;) {
    const next = free[one] ?? place;
    free[one] = place;
    one = next;
  }
  return place;
}
