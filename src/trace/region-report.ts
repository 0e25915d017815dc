/** A trace of a set of packets in the form of `--format json`: regions as ranges, each with an example. */
import type { Packet, TraceProtocol } from '../walk/packet.js';
import { ListNumbers } from '../walk/list-numbers.js';
import { exampleOf, itself, type PacketFields, type Packets } from '../walk/packets.js';
import { countEnds, endsOf, type Ends, type Region } from '../walk/regions.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { isParting } from '../walk/doubt.js';
import { originalDestinationIn } from '../walk/part.js';
import { addressRanges, portRanges } from '../walk/set-text.js';
import { allPorts, protocolsOf, type Block, type PortSet, type Transport } from '../walk/transport.js';
import type { WalkEnd } from '../walk/types.js';
import { askOfOwn, likelyWays } from './seldom-own.js';
import { outcomeWithoutSteps, packetFacts, type Outcome, type PacketFacts } from './outcome.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Packets with the same fate, as one product of ranges. */
export interface RegionPackets {
  readonly source: readonly string[];
  /** Only if rules distinguish clients' ports. */
  readonly sourcePort?: readonly string[];
  readonly destination: readonly string[];
  readonly protocol: readonly TraceProtocol[];
  /** Empty for pings. */
  readonly destinationPort: readonly string[];
  /**
   * A name that ends in `*` represents all interfaces with this prefix that are not named; `null`: the node itself
   * sends them.
   */
  readonly inInterface: readonly (string | null)[];
}

export interface RegionFacts {
  readonly packets: RegionPackets;
  readonly example: PacketFacts;
  readonly outcomes: readonly Omit<Outcome, 'steps'>[];
}

/** Ends with the same outcome, and the packets of all regions with these ends. */
export interface Fate {
  readonly regions: readonly Packets[];
  readonly ends: readonly WalkEnd[];
  /** Information besides the rules: sentences, and fields for each end's outcome. */
  readonly beside?: {
    readonly lines: readonly { readonly text: string; readonly stops: boolean }[];
    readonly facts: readonly object[];
  };
}

/** The most ends processed in total: a region of a Service has one for each endpoint. */
const mostEnds = 3_000_000;

/** Fates, and how many regions (those with the fewest packets) were not processed because there are too many. */
interface Fates {
  readonly fates: readonly Fate[];
  readonly left: number;
}

/**
 * Combines regions with the same fate; most packets first. `hardlyOwn`: only the likely ways of packets to these
 * addresses count, as for single packets.
 */
export function fatesOf(regions: readonly Region[], hardlyOwn = addressSets.none): Fates {
  const described = mostPackets(regions);
  return { fates: gathered(described, hardlyOwn), left: regions.length - described.length };
}

function mostPackets(regions: readonly Region[]): readonly Region[] {
  const counts = new Map<Ends, number>();
  const sized = regions.map((region) => ({ region, ends: countEnds(region.ends, counts) }));
  if (sized.reduce((sum, { ends }) => sum + ends, 0) <= mostEnds) return regions;
  const bySize = sized.map((one) => ({ ...one, size: sizeOf(one.region.packets) })).sort((a, b) => b.size - a.size);
  let left = mostEnds;
  return bySize.filter(({ ends }) => (left -= ends) >= 0).map(({ region }) => region);
}

function gathered(regions: readonly Region[], hardlyOwn: AddressSet): Fate[] {
  const fates = new Map<string, { regions: Packets[]; ends: readonly WalkEnd[] }>();
  for (const region of regions) {
    for (const { packets, ends } of likely(region, hardlyOwn)) {
      const key = keyOf(ends);
      const known = fates.get(key);
      if (known === undefined) fates.set(key, { regions: [packets], ends });
      else known.regions.push(packets);
    }
  }
  const numbers = new ListNumbers();
  return [...fates.values()]
    .map((fate) => ({ ...fate, regions: mergedPackets(fate.regions, numbers) }))
    .map((fate) => ({ fate, size: fate.regions.reduce((sum, packets) => sum + sizeOf(packets), 0) }))
    .sort((a, b) => b.size - a.size)
    .map(({ fate }) => fate);
}

/** The region with its ends; where the node hardly has some of the destinations, these separately. */
function likely({ packets, ends }: Region, hardlyOwn: AddressSet): { packets: Packets; ends: readonly WalkEnd[] }[] {
  const all = endsOf(ends);
  const likelier = hardlyOwn.length > 0 && askOfOwn(all) ? likelyWays(all) : all;
  const isHardlyOwn = likelier === all ? false : originalDestinationIn(packets, hardlyOwn);
  if (!isParting(isHardlyOwn)) return [{ packets, ends: isHardlyOwn ? likelier : all }];
  const [inside, outside] = isHardlyOwn.parts;
  return [
    ...(inside === undefined ? [] : [{ packets: inside, ends: likelier }]),
    ...(outside === undefined ? [] : [{ packets: outside, ends: all }]),
  ];
}

function keyOf(ends: readonly WalkEnd[]): string {
  return ends.map((end) => JSON.stringify([outcomeOfSet(end), end.reason, deciderKey(end)])).join('\n');
}

function deciderKey({ state }: WalkEnd): string {
  const step = state.steps?.item;
  return step?.kind === 'rule' || step?.kind === 'policy'
    ? `${step.table} ${step.chain.name} ${step.kind === 'rule' ? step.index : ''}`
    : '';
}

function outcomeOfSet(end: WalkEnd): Omit<Outcome, 'steps'> {
  const { probability, verdict, hook, destination, masqueraded, assumptions } = outcomeWithoutSteps(end);
  const to = destination === '' ? 'unchanged' : destination;
  return { probability, verdict, hook, destination: to, masqueraded, assumptions };
}

/** Joins products that differ in only one field. `numbers` may be shared with calls for packets with the same lists. */
export function mergedPackets(all: readonly Packets[], numbers = new ListNumbers()): Packets[] {
  if (all.length < 2) return [...all];
  const numberOf = (list: readonly (string | number | bigint)[] | undefined): string =>
    list === undefined ? '' : String(numbers.of(list));
  const destinationsOf = ({ destinations }: Packets): string =>
    destinations.map(({ addresses, transport }) => `${numberOf(addresses)}:${transport.key}`).join(';');
  const packets = mergedBy(
    all,
    (one) => `${destinationsOf(one)} ${numberOf(one.interfaces)} ${numberOf(one.sourcePorts)}`,
    (some) => ({ sources: addressSets.of(some.flatMap(({ sources }) => addressSets.pairs(sources))) }),
  );
  return mergedBy(
    packets,
    (one) => `${destinationsOf(one)} ${numberOf(one.sources)} ${numberOf(one.sourcePorts)}`,
    (some) => ({ interfaces: [...new Set(some.flatMap(({ interfaces }) => interfaces))] }),
  );
}

function mergedBy(
  all: readonly Packets[],
  keyOf: (packets: Packets) => string,
  join: (some: readonly Packets[]) => Partial<PacketFields>,
): Packets[] {
  const byKey = new Map<string, Packets[]>();
  for (const one of all) {
    const key = `${one.isFromNode ? 'own ' : ''}${keyOf(one)}`;
    addToGroup(byKey, key, one);
  }
  return [...byKey.values()].flatMap((some) => (some.length < 2 ? some : (some[0]?.with(join(some)) ?? [])));
}

/**
 * The approximate number of packets, as a floating-point number, because exact numbers of addresses can be too large.
 */
export function sizeOf({ sources, destinations, interfaces }: Packets): number {
  const count = (pairs: readonly (readonly [number | bigint, number | bigint])[]): number =>
    pairs.reduce((sum, [from, to]) => sum + Number(to) - Number(from) + 1, 0);
  const places = destinations.reduce(
    (sum, { addresses, transport }) =>
      sum +
      count(addressSets.pairs(addresses)) *
        protocolsOf(transport).reduce((ports, name) => ports + count(pairsOf(transport[name])), 0),
    0,
  );
  return count(addressSets.pairs(sources)) * places * interfaces.length;
}

function pairsOf(ports: PortSet): (readonly [number, number])[] {
  return ports.flatMap((from, index) => (index % 2 === 0 ? [[from, ports[index + 1] ?? from] as const] : []));
}

/** Regions for JSON: each a product; disjoint, and together all packets of the question. */
export function regionFacts(fates: readonly Fate[]): RegionFacts[] {
  return fates.flatMap(({ regions, ends, beside }) => {
    const outcomes = outcomesOfSet(ends).map((outcome, index) => ({ ...outcome, ...beside?.facts[index] }));
    return regions.flatMap((packets) =>
      packets.destinations.flatMap((block) =>
        byPorts(block.transport).flatMap((protocols) => factsOf(packets, block, protocols, outcomes) ?? []),
      ),
    );
  });
}

/** One product of packets as ranges, with an example; undefined if it is empty. */
export function packetRanges(packets: Packets): Omit<RegionFacts, 'outcomes'> | undefined {
  const [block] = packets.destinations;
  const facts = block === undefined ? undefined : factsOf(packets, block, protocolsOf(block.transport), []);
  return facts === undefined ? undefined : { packets: facts.packets, example: facts.example };
}

/** Outcomes of regions, without steps; the example has these. */
export function outcomesOfSet(ends: readonly WalkEnd[]): RegionFacts['outcomes'] {
  return ends.map(outcomeOfSet);
}

function factsOf(
  packets: Packets,
  { addresses, transport }: Block,
  protocols: readonly TraceProtocol[],
  outcomes: RegionFacts['outcomes'],
): RegionFacts | undefined {
  const { family, sources, sourcePorts, interfaces } = packets;
  const [first = 'tcp'] = protocols;
  const ports = transport[first];
  const none: PortSet = [];
  const only = Object.assign({ tcp: none, udp: none, sctp: none, icmp: none, key: '' }, { [first]: ports });
  const example = exampleOf(packets.with({ destinations: [{ addresses, transport: only }] }));
  if (example === undefined) return undefined;
  return {
    packets: {
      source: addressRanges(sources, family),
      ...(sourcePorts === undefined || sourcePorts.join() === allPorts.join()
        ? {}
        : { sourcePort: portRanges(sourcePorts) }),
      destination: addressRanges(addresses, family),
      protocol: protocols,
      destinationPort: first === 'icmp' ? [] : portRanges(ports),
      inInterface: interfaces.map((name) => (name === itself ? null : name)),
    },
    example: packetFacts(withoutChosenPort(example, sourcePorts)),
    outcomes,
  };
}

/** Leaves out the client's port unless it matters. */
export function withoutChosenPort(packet: Packet, ports: PortSet | undefined): Packet {
  if (ports?.join() !== allPorts.join()) return packet;
  const { family, protocol, source, destination, destinationPort, inInterface } = packet;
  const plain = { family, protocol, source, destination, destinationPort };
  return inInterface === undefined ? plain : { ...plain, inInterface };
}

/** Groups protocols with the same ports. */
function byPorts(transport: Transport): TraceProtocol[][] {
  const groups = new Map<string, TraceProtocol[]>();
  for (const name of protocolsOf(transport)) {
    const key = transport[name].join();
    addToGroup(groups, key, name);
  }
  return [...groups.values()];
}
