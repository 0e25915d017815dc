/** What follows after the walked node: the next ones, and the way back. */
import { Journeys, type Journey } from '../journey/journeys.js';
import type { Leg } from '../journey/legs.js';
import type { Reply } from '../journey/reply.js';
import type { NodeModel } from '../node/types.js';
import type { Directory } from '../targets/directory.js';
import type { NameOf } from '../trace/outcome.js';
import { shareText } from '../trace/shares.js';
import { whereTo } from '../walk/state.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import { nodeNameOfModel } from '../question/sender.js';

/** How many ways are followed beyond their first node. */
const mostFollowed = 20;

/** The journeys of each way; ways after the first twenty are not followed. */
export async function journeysOf(
  packet: Packet,
  ways: readonly WalkEnd[],
  node: NodeModel,
  directory: Directory,
): Promise<readonly (readonly Journey[])[]> {
  const journeys = new Journeys(node, nodeNameOfModel(node), directory);
  const followed: (readonly Journey[])[] = [];
  for (const end of ways.slice(0, mostFollowed)) followed.push(await journeys.after(packet, end));
  return [...followed, ...ways.slice(mostFollowed).map((end) => [journeys.within(packet, end)])];
}

interface Line {
  readonly text: string;
  readonly stops: boolean;
}

/** More lines than these say nothing more. */
const mostLines = 12;

/** Sentences, those of ways that fare alike once. */
export function journeyLines(journeys: readonly Journey[], nameOf: NameOf): Line[] {
  const there = unique(journeys.flatMap(({ legs }) => legs.slice(1).map((leg) => legLine(leg, nameOf))));
  const back = unique(
    journeys.flatMap(({ reply }) => (reply === undefined ? [] : [{ text: reply.words, stops: !reply.comesBack }])),
  );
  return [...bounded(there, 'ways through nodes'), ...bounded(back, 'ways back')];
}

function unique(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [line.text, line])).values()];
}

function bounded(lines: readonly Line[], what: string): Line[] {
  const left = lines.slice(mostLines);
  if (left.length === 0) return [...lines];
  return [
    ...lines.slice(0, mostLines),
    { text: `… and ${left.length} more ${what}`, stops: left.some(({ stops }) => stops) },
  ];
}

function legLine({ node, end, packet, probability }: Leg, nameOf: NameOf): Line {
  const { verdict, state, reason } = end;
  const name = nameOf(state.destination?.text ?? '');
  const share = probability > 0.999 ? '' : ` (${shareText(probability)})`;
  const seen = `as from ${packet.source.text}${state.hasSourceNat ? ', puts its own address in that place' : ''}`;
  if (verdict !== 'ACCEPT') {
    const verb = verdict === 'DROP' ? 'drops' : 'rejects';
    return { text: `Then node ${node} ${verb} it${reason === undefined ? '' : `: ${reason}`}${share}.`, stops: true };
  }
  const to = `${whereTo(state)}${name === undefined ? '' : ` (${name})`}`;
  return { text: `Then node ${node} takes it in ${seen}, and hands it to ${to}${share}.`, stops: false };
}

export interface JourneyFacts {
  readonly probability: number;
  readonly next?: readonly {
    readonly node: string;
    readonly verdict: string;
    readonly source: string;
    readonly destination: string;
    readonly masqueraded: boolean;
  }[];
  /** The address that the other side takes for its client. */
  readonly seenAs?: string;
  readonly reply?: Reply;
}

/** What an outcome of `--format json` says of what follows: one for each journey. */
export function journeyFacts({ legs, probability, seenAs, reply }: Journey): JourneyFacts {
  const next = legs.slice(1).map(({ node, end: { verdict, state }, packet }) => ({
    node,
    verdict,
    source: packet.source.text,
    destination: whereTo(state),
    masqueraded: state.hasSourceNat,
  }));
  return {
    probability,
    ...(next.length === 0 ? {} : { next }),
    ...(seenAs === undefined ? {} : { seenAs: seenAs.text }),
    ...(reply === undefined ? {} : { reply }),
  };
}
