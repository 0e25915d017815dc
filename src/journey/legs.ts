/** Follows a packet from node to node until it reaches its Pod or ends otherwise. */
import { parseAddress, parsePrefix, prefixContains } from '../net/address.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/holders.js';
import { waysOf } from '../trace/groups.js';
import type { TraceAddress } from '../walk/address.js';
import { interfaceOfPods } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import type { ClusterNodes } from './nodes.js';

/** One node on the path. */
export interface Leg {
  /** `''` if its name is unknown. */
  readonly node: string;
  /** The packet as it arrives. */
  readonly packet: Packet;
  /** The packet's path through this node. */
  readonly end: WalkEnd;
  /** The probability of that path among those through this node. */
  readonly probability: number;
}

/** A packet that passes more nodes than this is in a circle. */
const mostLegs = 5;
/** How many paths through a node are followed. */
const mostWays = 50;

/**
 * All paths of a packet through the nodes after the first; each includes the first leg. There is one if the packet
 * stays on the node or leaves the cluster, and for dumps, which contain the rules of one node. Of more than fifty paths
 * through a node, the most likely are followed.
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

/** The next node of a packet; undefined if it stays on this node or leaves the cluster. */
function nodeAfter({ verdict, state }: WalkEnd, current: string, directory: Directory): string | undefined {
  if (verdict !== 'ACCEPT' || state.hook !== 'POSTROUTING' || state.destination === undefined) return undefined;
  const name = placeOf(state.destination.text, directory);
  return name === '' || name === current ? undefined : name;
}

/**
 * The node of an address: a Pod's node, the node itself, or, for a Pod that the inputs do not contain, the node with
 * that range for Pods; `''` if it is outside the cluster.
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
 * The source address that the next node sees: after masquerading an address of this node, by default its main one.
 * Undefined if unknown: with some network plugins the interface to Pods has an address of its own (a bridge), with
 * others it has none.
 */
export function sourceAfter({ end: { state }, packet, node }: Leg, nodes: ClusterNodes): TraceAddress | undefined {
  if (!state.hasSourceNat) return state.source ?? packet.source;
  if (state.source !== undefined && state.source.text !== packet.source.text) return state.source;
  return state.outInterface === interfaceOfPods ? undefined : nodes.addressOf(node, packet.family);
}
