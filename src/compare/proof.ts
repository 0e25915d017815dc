/** The packets of a difference as ranges, with one example packet walked on both sides. */
import {
  outcomesOfSet,
  packetRanges,
  withoutChosenPort,
  type RegionFacts,
  type RegionPackets,
} from '../trace/region-report.js';
import { describedSteps, packetFacts, type PacketFacts } from '../trace/outcome.js';
import { readAddress } from '../walk/address.js';
import { addressSets } from '../walk/address-set.js';
import type { Packet, TraceProtocol } from '../walk/packet.js';
import { exampleOf, type Packets } from '../walk/packets.js';
import { ofPorts, ofProtocols, protocolsOf } from '../walk/transport.js';
import type { WalkEnd } from '../walk/types.js';
import type { ComparedSide, ComparedSides } from './sides.js';
import { addToGroup } from '../diagnostics/groups.js';

/** A rule or policy that decides about a packet. */
export interface DecidingRule {
  readonly table: string;
  readonly chain: string;
  /** Counted from 1; 0: the chain's policy, or a virtual server. */
  readonly rule: number;
  readonly text: string;
}

/** One of the packets, and its outcome. */
export interface Witness {
  readonly packet: Packet;
  readonly facts: PacketFacts;
  readonly before: WitnessFate;
  readonly after: WitnessFate;
}

export interface WitnessFate {
  readonly outcomes: RegionFacts['outcomes'];
  /** The last rule that the packet meets in its most likely outcome; undefined if no rule decides. */
  readonly decider: DecidingRule | undefined;
}

/** One product of packets as ranges, with an example. */
interface Proof {
  readonly packets: RegionPackets;
  readonly witness: Witness;
}

/** Splits packets into disjoint products of ranges; in each, all protocols have the same ports. */
export function productsOf(packets: Packets): Packets[] {
  return packets.destinations.flatMap(({ addresses, transport }) => {
    const groups = new Map<string, TraceProtocol[]>();
    for (const name of protocolsOf(transport)) {
      const key = transport[name].join();
      addToGroup(groups, key, name);
    }
    return [...groups.values()].map((protocols) => {
      const [first = 'tcp'] = protocols;
      const own = first === 'icmp' ? ofProtocols(['icmp']) : ofPorts(transport[first], protocols);
      return packets.with({ destinations: [{ addresses, transport: own }] });
    });
  });
}

/** The proof for one such product; undefined if it is empty. Walks a packet on both sides. */
export function proofOf(product: Packets, { before, after }: ComparedSides): Proof | undefined {
  const ranges = packetRanges(product);
  const packet = exampleOf(withUsualSources(product, before));
  if (ranges === undefined || packet === undefined) return undefined;
  const facts = packetFacts(withoutChosenPort(packet, product.sourcePorts));
  const witness = { packet, facts, before: walked(before, packet), after: walked(after, packet) };
  return { packets: ranges.packets, witness };
}

/**
 * For packets of the node itself, the source that the node uses for the example's destination, else the node's own IP,
 * if it is among the sources.
 */
function withUsualSources(product: Packets, { facts, host }: ComparedSide): Packets {
  if (!product.isFromNode) return product;
  const destination = exampleOf(product)?.destination;
  const chosen = destination === undefined ? undefined : host.sourceFor(destination)?.text;
  for (const text of [chosen, ...(facts?.nodeIPs ?? [])]) {
    const address = text === undefined ? undefined : readAddress(text);
    if (address?.family === product.family && addressSets.has(product.sources, address.value))
      return product.with({ sources: addressSets.one(address.value) });
  }
  return product;
}

function walked({ tracer }: ComparedSide, packet: Packet): WitnessFate {
  const ends = tracer.everyWay(packet);
  return { outcomes: outcomesOfSet(ends), decider: deciderOf(ends) };
}

function deciderOf(ends: readonly WalkEnd[]): DecidingRule | undefined {
  const likeliest = ends.reduce<WalkEnd | undefined>(
    (best, end) => (best === undefined || end.state.weight > best.state.weight ? end : best),
    undefined,
  );
  if (likeliest === undefined || (likeliest.reason !== undefined && likeliest.state.takenUp === undefined))
    return undefined;
  const last = describedSteps(likeliest).findLast(({ effect }) => !effect.startsWith('counted'));
  return last && { table: last.table, chain: last.chain, rule: last.rule, text: last.text };
}
