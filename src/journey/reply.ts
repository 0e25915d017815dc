/** The way back: only the node that translated a connection can turn the answer back into what the client waits for. */
import { podsAt } from '../targets/whose.js';
import type { Directory } from '../targets/directory.js';
import { hostAndPort } from '../walk/address.js';
import { placeOf, sourceAfter, type Leg } from './legs.js';

export interface Reply {
  readonly comesBack: boolean;
  /** Sentences with their full stops. */
  readonly words: string;
}

/** What becomes of the answer; undefined where nothing was translated, so that it comes straight back. */
export function replyTo(legs: readonly Leg[], directory: Directory): Reply | undefined {
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
    const source = sourceAfter(leg.end, leg.packet, leg.node, directory).text;
    const owner = leg.end.state.hasSourceNat ? leg.node : placeOf(source, directory);
    if (leg.node !== position && leg.node !== owner) return broken(leg, source, legs, position);
    turned.push(leg.node);
    position = leg.node;
  }
  return { comesBack: true, words: cameBack(legs, turned, directory) };
}

function translates({ end: { state } }: Leg): boolean {
  return state.hasDestinationNat || state.hasSourceNat || state.takenUp !== undefined;
}

/** Where the client connected to, and where it really was. */
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
      `The answer does not come back: ${real} answers ${source} from node ${position}, past node ${leg.node}, ` +
      `which alone knows of the translation. The client gets it from ${real}, not from ${asked}, and drops it; a ` +
      'stateful firewall or a strict reverse path filter on the way may drop it before. ' +
      'Masquerade at the first node (clusterCIDR) or a Local policy with the client at that node avoids this.',
  };
}

function cameBack(legs: readonly Leg[], turned: readonly string[], directory: Directory): string {
  const { asked } = ends(legs);
  const last = legs.at(-1);
  const seen = last === undefined ? '' : sourceAfter(last.end, last.packet, last.node, directory).text;
  const nodes = [...new Set(turned)];
  const by = nodes.length === 0 ? '' : ` by way of node ${nodes.join(', then ')}`;
  return (
    `The answer comes back${by}, which turns it into one from ${asked}: the Pod sees ${seen} as its client.` +
    bridgeWords(legs, directory)
  );
}

/** Pods of one bridge answer each other directly, unless the bridge hands their frames to iptables. */
function bridgeWords(legs: readonly Leg[], directory: Directory): string {
  const [only, ...others] = legs;
  const client = only === undefined ? undefined : podsAt(only.packet.source.text, directory)[0];
  const isBeside =
    others.length === 0 &&
    client !== undefined &&
    !client.hostNetwork &&
    only?.end.state.hasSourceNat === false &&
    placeOf(only.end.state.destination?.text ?? '', directory) === client.nodeName;
  return isBeside ? ' Where both Pods are on one bridge, that needs net.bridge.bridge-nf-call-iptables=1.' : '';
}
