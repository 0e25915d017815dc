/**
 * Combines the regions of two sides. Destinations are split first by address, then by protocol and port, each in one
 * sweep over all of them. Different Services are never compared with each other, so the cost grows with the number of
 * regions, not with its square.
 */
import type { Family } from '../net/address.js';
import { addressOfValue } from '../walk/address.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { namesOfBoth } from '../walk/interfaces.js';
import { Packets } from '../walk/packets.js';
import { atomsOf, eachMeeting } from '../walk/sweep.js';
import { portSets, type PortSet, type Transport } from '../walk/transport.js';
import type { Fate, FateBook } from './fate.js';
import { merged } from './merge.js';
import { portNumbers, transportOfNumbers } from './port-numbers.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Packets with the same fate on one side. */
export interface FatedRegion {
  readonly packets: Packets;
  readonly fate: Fate;
}

/** Destinations with a label. If several places contain a destination, the first counts. */
export interface Place<Label> {
  readonly addresses: AddressSet;
  readonly transport: Transport;
  readonly label: Label;
}

/** Packets to one place that have one fate on each side, and the two fates differ. */
export interface Difference<Label> {
  /** Disjoint, in few products. A product contains either only packets that the node sends, or only others. */
  readonly packets: readonly Packets[];
  readonly before: Fate;
  readonly after: Fate;
  /** Undefined: a destination in no place. */
  readonly label: Label | undefined;
}

type Piece<Label> =
  | { readonly side: 'before' | 'after'; readonly transport: Transport; readonly region: FatedRegion }
  | { readonly side: 'place'; readonly transport: Transport; readonly label: Label; readonly rank: number };

interface Cell {
  readonly addresses: AddressSet;
  readonly before: readonly FatedRegion[];
  readonly after: readonly FatedRegion[];
}

/**
 * The packets for which two sides differ: disjoint sets, each with both fates. The regions of each side must be
 * disjoint, cover the same packets, and have fates of one book.
 */
export function overlay<Label extends object>(
  before: readonly FatedRegion[],
  after: readonly FatedRegion[],
  places: readonly Place<Label>[],
  book: FateBook,
): Difference<Label>[] {
  const all = new Overlay<Label>(book, (before[0] ?? after[0])?.packets.family ?? 'ipv4');
  const groups = byAddresses(before, after, places);
  const atoms = atomsOf(
    groups.map(({ addresses }) => addresses),
    addressSets,
  );
  for (const { ranges, members } of atoms)
    all.addresses(
      ranges,
      members.flatMap((index) => groups[index]?.pieces ?? []),
    );
  return all.differences();
}

interface AddressGroup<Label> {
  readonly addresses: AddressSet;
  readonly pieces: Piece<Label>[];
}

/** Sets with more ranges are compared only by identity. */
const mostCompared = 16;

/** The pieces of both sides and of places, by addresses. */
function byAddresses<Label>(
  before: readonly FatedRegion[],
  after: readonly FatedRegion[],
  places: readonly Place<Label>[],
): AddressGroup<Label>[] {
  const groups = new Map<AddressSet | string, AddressGroup<Label>>();
  const add = (addresses: AddressSet, piece: Piece<Label>): void => {
    const key = addresses.length > mostCompared ? addresses : addresses.join();
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { addresses, pieces: [piece] });
    else known.pieces.push(piece);
  };
  for (const [side, regions] of [['before', before] as const, ['after', after] as const])
    for (const region of regions)
      for (const { addresses, transport } of region.packets.destinations) add(addresses, { side, transport, region });
  for (const [rank, { addresses, transport, label }] of places.entries())
    add(addresses, { side: 'place', transport, label, rank });
  return [...groups.values()];
}

class Overlay<Label extends object> {
  private readonly found = new Map<string, { readonly packets: Packets[] } & Omit<Difference<Label>, 'packets'>>();
  private readonly numbers = new Map<object, number>();

  constructor(
    private readonly book: FateBook,
    private readonly family: Family,
  ) {}

  differences(): Difference<Label>[] {
    return [...this.found.values()].map((one) => ({ ...one, packets: merged(one.packets) }));
  }

  /** Splits packets to these addresses by protocol and port. */
  addresses(addresses: AddressSet, pieces: readonly Piece<Label>[]): void {
    if (haveOneFate(pieces)) return;
    const byTransport = new Map<string, Piece<Label>[]>();
    for (const piece of pieces) {
      addToGroup(byTransport, piece.transport.key, piece);
    }
    const groups = [...byTransport.values()];
    const atoms = atomsOf(
      groups.map(([piece]) => (piece === undefined ? [] : portNumbers(piece.transport))),
      portSets,
    );
    for (const { ranges, members } of atoms)
      this.ports(
        addresses,
        ranges,
        members.flatMap((index) => groups[index] ?? []),
      );
  }

  private ports(addresses: AddressSet, ports: PortSet, pieces: readonly Piece<Label>[]): void {
    if (haveOneFate(pieces)) return;
    const before: FatedRegion[] = [];
    const after: FatedRegion[] = [];
    let [label, best]: [Label | undefined, number] = [undefined, Infinity];
    for (const piece of pieces) {
      if (piece.side !== 'place') (piece.side === 'before' ? before : after).push(piece.region);
      else if (piece.rank < best) [label, best] = [piece.label, piece.rank];
    }
    this.clients({ addresses, before, after }, ports, label);
  }

  private clients({ addresses, before, after }: Cell, ports: PortSet, label: Label | undefined): void {
    let transport: Transport | undefined;
    eachMeeting(
      before,
      after,
      ({ packets }) => packets.sources,
      addressSets,
      (one, other) => {
        if (one.fate === other.fate) return;
        const clients = clientsOfBoth(one.packets, other.packets);
        if (clients === undefined || this.isSame(one.fate, other.fate, addresses, ports)) return;
        transport ??= transportOfNumbers(ports);
        const packets = new Packets({ ...clients, destinations: [{ addresses, transport }] });
        this.add(packets, one.fate, other.fate, label);
      },
    );
  }

  /** Whether the fates are equal for exactly these destinations. */
  private isSame(before: Fate, after: Fate, addresses: AddressSet, ports: PortSet): boolean {
    const value = addressSets.single(addresses);
    const port = portSets.single(ports);
    if (value === undefined && port === undefined) return false;
    const address = value === undefined ? undefined : addressOfValue(value, this.family).text;
    const own = port === undefined || port % 65536 === 0 ? undefined : port % 65536;
    return this.book.resolved(before, address, own) === this.book.resolved(after, address, own);
  }

  private add(packets: Packets, before: Fate, after: Fate, label: Label | undefined): void {
    const key = `${this.numberOf(before)} ${this.numberOf(after)} ${label === undefined ? '' : this.numberOf(label)}`;
    const known = this.found.get(key);
    if (known === undefined) this.found.set(key, { packets: [packets], before, after, label });
    else known.packets.push(packets);
  }

  private numberOf(value: object): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    this.numbers.set(value, this.numbers.size);
    return this.numbers.size - 1;
  }
}

/** Whether all pieces of each side have one fate. */
function haveOneFate(pieces: readonly Piece<unknown>[]): boolean {
  let fate: Fate | undefined;
  for (const piece of pieces) {
    if (piece.side === 'place') continue;
    if (fate !== undefined && piece.region.fate !== fate) return false;
    fate = piece.region.fate;
  }
  return true;
}

type Clients = Pick<Packets, 'family' | 'sources' | 'interfaces' | 'sourcePorts'>;

/** Clients in both sets; undefined if there are none. */
function clientsOfBoth(a: Packets, b: Packets): Clients | undefined {
  const interfaces = namesOfBoth(a.interfaces, b.interfaces);
  if (interfaces.length === 0) return undefined;
  const sources = addressSets.intersect(a.sources, b.sources);
  if (sources.length === 0) return undefined;
  const sourcePorts =
    a.sourcePorts === undefined || b.sourcePorts === undefined
      ? (a.sourcePorts ?? b.sourcePorts)
      : portSets.intersect(a.sourcePorts, b.sourcePorts);
  return sourcePorts?.length === 0 ? undefined : { family: a.family, sources, interfaces, sourcePorts };
}
