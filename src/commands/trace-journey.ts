/** What follows after the walked node: the next ones, and the way back. */
import { firstLeg, legsAfter, type Leg } from '../journey/legs.js';
import { replyTo, type Reply } from '../journey/reply.js';
import type { NodeModel } from '../node/types.js';
import type { Directory } from '../targets/directory.js';
import type { NameOf } from '../trace/outcome.js';
import { whereTo } from '../walk/state.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import { nodeNameOfModel } from './trace-sender.js';

/** One way through the cluster. */
export interface Journey {
  /** The nodes after the first. */
  readonly legs: readonly Leg[];
  readonly reply: Reply | undefined;
}

/** How many ways are followed beyond their first node. */
const mostFollowed = 20;

/** Follows ways beyond their first node; those after the first twenty, and nodes of dumps, are not followed. */
export async function journeysOf(
  packet: Packet,
  ways: readonly WalkEnd[],
  node: NodeModel,
  directory: Directory,
): Promise<readonly Journey[]> {
  const journeys: Journey[] = [];
  for (const end of ways.slice(0, mostFollowed)) {
    const first = firstLeg(node, nodeNameOfModel(node), packet, end);
    const legs = await legsAfter(first, node, directory);
    journeys.push({ legs, reply: packet.protocol === 'icmp' ? undefined : replyTo([first, ...legs], directory) });
  }
  return journeys;
}

/** Sentences, those of ways that fare alike once. */
export function journeyLines(journeys: readonly Journey[], nameOf: NameOf): { text: string; stops: boolean }[] {
  const lines = journeys.flatMap(({ legs, reply }) => [
    ...legs.map((leg) => ({ text: legWords(leg, nameOf), stops: leg.end.verdict !== 'ACCEPT' })),
    ...(reply === undefined ? [] : [{ text: reply.words, stops: !reply.comesBack }]),
  ]);
  return [...new Map(lines.map((line) => [line.text, line])).values()].slice(0, 12);
}

function legWords({ node, end, packet, probability }: Leg, nameOf: NameOf): string {
  const { verdict, state, reason } = end;
  const to = whereTo(state);
  const name = nameOf(state.destination?.text ?? '');
  const share = probability > 0.999 ? '' : `, most likely (${Math.round(probability * 100)} %)`;
  const seen = `as from ${packet.source.text}${state.hasSourceNat ? ', puts its own address in that place' : ''}`;
  if (verdict !== 'ACCEPT')
    return `Then node ${node} ${verdict === 'DROP' ? 'drops' : 'rejects'} it${reason === undefined ? '' : `: ${reason}`}${share}.`;
  return `Then node ${node} takes it in ${seen}, and hands it to ${to}${name === undefined ? '' : ` (${name})`}${share}.`;
}

export interface JourneyFacts {
  readonly next?: readonly {
    readonly node: string;
    readonly verdict: string;
    readonly source: string;
    readonly destination: string;
    readonly masqueraded: boolean;
  }[];
  readonly reply?: Reply;
}

/** What an outcome of `--format json` says of what follows. */
export function journeyFacts(journey: Journey | undefined): JourneyFacts {
  if (journey === undefined) return {};
  const { legs, reply } = journey;
  const next = legs.map(({ node, end: { verdict, state }, packet }) => ({
    node,
    verdict,
    source: packet.source.text,
    destination: whereTo(state),
    masqueraded: state.hasSourceNat,
  }));
  return { ...(next.length === 0 ? {} : { next }), ...(reply === undefined ? {} : { reply }) };
}
