/** The way back: only the node that translated a connection can translate its answer. */
import { podsAt } from '../targets/holders.js';
import type { Directory } from '../targets/directory.js';
import { hostAndPort, type TraceAddress } from '../walk/address.js';
import type { ClusterNodes } from './nodes.js';
import { placeOf, sourceAfter, type Leg } from './legs.js';

export interface Reply {
  readonly comesBack: boolean;
  /** Sentences with their full stops. */
  readonly words: string;
}

/** What happens to the answer; undefined if no address was translated, so that it returns directly. */
export function replyTo(legs: readonly Leg[], nodes: ClusterNodes, directory: Directory): Reply | undefined {
  const [first] = legs;
  const last = legs.at(-1);
  if (first === undefined || last?.end.state.destination === undefined || last.end.verdict !== 'ACCEPT')
    return undefined;
  if (!legs.some(translates)) return undefined;
  const receiver = placeOf(last.end.state.destination.text, directory);
  if (receiver === '') return undefined;
  let position = receiver;
  const turned: string[] = [];
  for (const leg of legs.toReversed()) {
    if (!translates(leg)) continue;
    const source = (sourceAfter(leg, nodes) ?? leg.packet.source).text;
    const owner = leg.end.state.hasSourceNat ? leg.node : placeOf(source, directory);
    if (leg.node !== position && leg.node !== owner) return broken(leg, source, legs, position);
    turned.push(leg.node);
    position = leg.node;
  }
  return { comesBack: true, words: cameBack(legs, turned, nodes, directory) };
}

/**
 * For a Pod's packet that a node's rules send back to the same Pod with its own source address: IPv4 drops it in the
 * Pod (fib_validate_source: the source is a local address). IPv6 accepts it, and the answer never leaves the Pod.
 */
export function backToItself(
  legs: readonly [Leg, ...Leg[]],
  seenAs: TraceAddress | undefined,
  directory: Directory,
): Reply | undefined {
  const { destination } = (legs.at(-1) ?? legs[0]).end.state;
  const { packet } = legs[0];
  const isItself = seenAs !== undefined && seenAs.text === destination?.text && packet.destination.text !== seenAs.text;
  if (!isItself || !podsAt(seenAs.text, directory).some(({ hostNetwork }) => !hostNetwork)) return undefined;
  const fate = packet.family === 'ipv4' ? 'drops it' : 'answers itself';
  return {
    comesBack: false,
    words: `The packet returns to the Pod that sent it, with the Pod's own address ${seenAs.text} as source: its kernel ${fate}.`,
  };
}

function translates({ end: { state } }: Leg): boolean {
  return state.hasDestinationNat || state.hasSourceNat || state.takenUp !== undefined;
}

/** The address the client connected to, and the real destination. */
function ends(legs: readonly Leg[]): { asked: string; real: string } {
  const [first] = legs;
  const state = legs.at(-1)?.end.state;
  return {
    asked: first === undefined ? '' : hostAndPort(first.packet.destination, first.packet.destinationPort),
    real: state?.destination === undefined ? '' : hostAndPort(state.destination, state.destinationPort),
  };
}

function broken(leg: Leg, source: string, legs: readonly Leg[], position: string): Reply {
  const { asked, real } = ends(legs);
  return {
    comesBack: false,
    words:
      `The answer does not come back: ${real} on node ${position} answers ${source} directly, not through node ` +
      `${leg.node}, which did the translation. The client gets an answer from ${real} instead of ${asked} and drops it; a ` +
      'stateful firewall or a strict reverse path filter on the way may drop it earlier. ' +
      'Masquerade at the first node (clusterCIDR), or a Local policy with the client at that node, avoids this.',
  };
}

function cameBack(legs: readonly Leg[], turned: readonly string[], nodes: ClusterNodes, directory: Directory): string {
  const { asked } = ends(legs);
  const last = legs.at(-1);
  const seen = last === undefined ? 'the node' : seenWords(legs, last, nodes);
  const names = [...new Set(turned)];
  const by = names.length === 0 ? '' : ` through node ${names.join(', then ')}`;
  return (
    `The answer comes back${by}, which restores ${asked} as its source. The Pod sees ${seen}.` +
    bridgeWords(legs, directory)
  );
}

/** The source after masquerading is an address of the outgoing interface, which may be unknown. */
function seenWords(legs: readonly Leg[], last: Leg, nodes: ClusterNodes): string {
  const seen = sourceAfter(last, nodes)?.text;
  const masquerading = legs.findLast(({ end }) => end.state.hasSourceNat);
  if (masquerading === undefined) return `${seen ?? ''} as its client`;
  const { packet, end, node } = masquerading;
  const { outInterface, outIsCertain, source } = end.state;
  const isKnown = source !== undefined && source.text !== packet.source.text;
  if (seen !== undefined && isKnown && outIsCertain) return `${seen} as its client`;
  const name = node === '' ? 'the node' : `node ${node}`;
  const by = outInterface === undefined ? 'the interface that it leaves by' : outInterface;
  const which = outIsCertain || seen === undefined ? `that of ${by}` : `${seen} if the packet leaves by ${by}`;
  return `an address of ${name} as its client (${which})`;
}

/** Pods on one bridge answer each other directly, unless the bridge passes frames to iptables. */
function bridgeWords(legs: readonly Leg[], directory: Directory): string {
  const [only, ...others] = legs;
  const client = only === undefined ? undefined : podsAt(only.packet.source.text, directory)[0];
  const isBeside =
    others.length === 0 &&
    client !== undefined &&
    !client.hostNetwork &&
    only?.end.state.hasSourceNat === false &&
    placeOf(only.end.state.destination?.text ?? '', directory) === client.nodeName;
  return isBeside ? ' If both Pods are on one bridge, this needs net.bridge.bridge-nf-call-iptables=1.' : '';
}
