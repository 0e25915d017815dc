/** A packet's ways from node to node: what one leaves over for the next, until it is at its Pod or gone. */
import { parseAddress, parsePrefix, prefixContains } from '../net/address.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/whose.js';
import { waysOf } from '../trace/groups.js';
import type { TraceAddress } from '../walk/address.js';
import { interfaceOfPods } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import type { ClusterNodes } from './nodes.js';

/** One node on the way. */
export interface Leg {
  /** `''` where nothing tells its name. */
  readonly node: string;
  /** As it comes in. */
  readonly packet: Packet;
  /** The way that it takes there. */
  readonly end: WalkEnd;
  /** How likely that way is, among those of this node. */
  readonly probability: number;
}

/** More nodes than this in a row are a circle. */
const mostLegs = 5;
/** So many ways are followed from one node on. */
const mostWays = 50;

/**
 * All ways of a packet through the nodes after the first, each with the first leg: one way where it stays there, where it
 * leaves the cluster, and for dumps, whose rules are those of one node. Of more than fifty ways at a node, the likeliest.
 */
export async function legsFrom(
  first: Leg,
  nodes: ClusterNodes,
  directory: Directory,
  before: readonly Leg[] = [],
): Promise<readonly (readonly Leg[])[]> {
  const legs = [...before, first];
  const next = legs.length < mostLegs ? await nextLegs(first, nodes, directory) : [];
  if (next.length === 0) return [legs];
  const ways: (readonly Leg[])[] = [];
  for (const leg of next) for (const way of await legsFrom(leg, nodes, directory, legs)) ways.push(way);
  return ways;
}

async function nextLegs(leg: Leg, nodes: ClusterNodes, directory: Directory): Promise<Leg[]> {
  const { end, packet, node: current } = leg;
  const name = nodeAfter(end, current, directory);
  const node = name === undefined ? undefined : await nodes.get(name);
  const tracer = node?.tracerOf(packet.family);
  const { destination, destinationPort } = end.state;
  if (name === undefined || node === undefined || tracer === undefined || destination === undefined) return [];
  const source = sourceAfter(leg, nodes) ?? packet.source;
  const next: Packet = {
    family: packet.family,
    protocol: packet.protocol,
    source,
    destination,
    destinationPort: destinationPort ?? packet.destinationPort,
    inInterface: node.host.entryOf(source).name,
  };
  return waysOf(tracer.walk(next))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, mostWays)
    .map((way) => ({ node: name, packet: next, end: way.end, probability: way.probability }));
}

/** The node that a packet goes to when it leaves this one; undefined where it stays, or leaves the cluster. */
export function nodeAfter({ verdict, state }: WalkEnd, current: string, directory: Directory): string | undefined {
  if (verdict !== 'ACCEPT' || state.hook !== 'POSTROUTING' || state.destination === undefined) return undefined;
  const name = placeOf(state.destination.text, directory);
  return name === '' || name === current ? undefined : name;
}

/**
 * The node that an address is at: a Pod's, its own, or that of a Pod which the inputs do not hold, by the node's range
 * for Pods; `''` for one outside of the cluster.
 */
export function placeOf(address: string, directory: Directory): string {
  const [pod] = podsAt(address, directory);
  const nodes = knownNodes(directory);
  return (
    pod?.nodeName ??
    nodes.find(({ addresses }) => addresses.includes(address))?.name ??
    nodes.find(({ podCIDRs }) => podCIDRs.some((range) => isIn(address, range)))?.name ??
    ''
  );
}

function isIn(text: string, range: string): boolean {
  const [address, prefix] = [parseAddress(text), parsePrefix(range)];
  return address !== undefined && prefix?.family === address.family && prefixContains(prefix, address);
}

/**
 * What the next one takes for the source: after masquerade an address of this node, its own where more is not known.
 * Undefined where nothing tells that: the interface of Pods has an address of its own with some plugins (a bridge), and
 * none with others.
 */
export function sourceAfter({ end: { state }, packet, node }: Leg, nodes: ClusterNodes): TraceAddress | undefined {
  if (!state.hasSourceNat) return state.source ?? packet.source;
  if (state.source !== undefined && state.source.text !== packet.source.text) return state.source;
  return state.outInterface === interfaceOfPods ? undefined : nodes.addressOf(node, packet.family);
}
