/** A packet's way from node to node: what the first one leaves over for the next, until it is at its Pod or gone. */
import { parseAddress, parsePrefix, prefixContains } from '../net/address.js';
import { addressOfNode, likelyFamilyOfNode } from '../node/ask.js';
import { onNode } from '../node/on-node.js';
import type { NodeModel } from '../node/types.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/whose.js';
import { Tracer } from '../trace/trace.js';
import { readAddress } from '../walk/address.js';
import { hostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';

/** One node on the way. */
export interface Leg {
  readonly node: string;
  /** As it comes in. */
  readonly packet: Packet;
  /** The way that it takes there: the likeliest where there are several. */
  readonly end: WalkEnd;
  /** How likely that way is, among those of this node. */
  readonly probability: number;
}

/** More nodes than this in a row are a circle. */
const mostLegs = 4;

/**
 * The nodes that a packet comes by after the first, on the likeliest way. Empty where it stays there, where it leaves the
 * cluster, and for dumps, whose rules are those of one node.
 */
export async function legsAfter(first: Leg, node: NodeModel, directory: Directory): Promise<Leg[]> {
  const legs: Leg[] = [];
  for (let leg: Leg | undefined = first; leg !== undefined && legs.length < mostLegs;) {
    leg = await nextLeg(leg, node, directory);
    if (leg !== undefined) legs.push(leg);
  }
  return legs;
}

async function nextLeg(
  { end, packet, node: current }: Leg,
  inputs: NodeModel,
  directory: Directory,
): Promise<Leg | undefined> {
  const name = nodeAfter(end, current, directory);
  const model = name === undefined ? undefined : await onNode(inputs, name);
  const content = model === undefined ? undefined : likelyFamilyOfNode(model, packet.family);
  if (name === undefined || model === undefined || content === undefined) return undefined;
  const host = hostModel(model.host, { boundAddresses: content.boundAddresses });
  const { destination, destinationPort } = end.state;
  const source = sourceAfter(end, packet, current, directory);
  if (destination === undefined) return undefined;
  const next: Packet = {
    family: packet.family,
    protocol: packet.protocol,
    source,
    destination,
    destinationPort: destinationPort ?? packet.destinationPort,
    inInterface: host.entryOf(source).name,
  };
  const ends = new Tracer({ ...content, host }).walk(next);
  const [best] = [...ends].sort((a, b) => b.state.weight - a.state.weight);
  return best === undefined ? undefined : { node: name, packet: next, end: best, probability: best.state.weight };
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

/** What the next node takes for the source: after masquerade an address of this one, its own where more is not known. */
export function sourceAfter(
  { state }: WalkEnd,
  packet: Packet,
  current: string,
  directory: Directory,
): Packet['source'] {
  if (!state.hasSourceNat) return state.source ?? packet.source;
  if (state.source !== undefined && state.source.text !== packet.source.text) return state.source;
  const own = knownNodes(directory).find(({ name }) => name === current)?.addresses ?? [];
  return own.flatMap((text) => readAddress(text) ?? []).find(({ family }) => family === packet.family) ?? packet.source;
}

/** The first leg of a way that was walked. */
export function firstLeg(node: NodeModel, name: string, packet: Packet, end: WalkEnd): Leg {
  const isNamed = name !== '' || addressOfNode(node, packet.family) !== undefined;
  return { node: isNamed ? name : '', packet, end, probability: end.state.weight };
}
