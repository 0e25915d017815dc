/** Describes journeys in sentences, and in the form of `--format json`. */
import type { Journey } from './journeys.js';
import type { Leg } from './legs.js';
import type { Reply } from './reply.js';
import type { NameOf } from '../trace/outcome.js';
import { shareText } from '../trace/shares.js';
import { whereTo } from '../walk/state.js';

/** A sentence, and whether it says that the packet or its answer is stopped. */
export interface Line {
  readonly text: string;
  readonly stops: boolean;
}

/** The most lines shown. */
const mostLines = 12;

/** Sentences; paths with the same outcome are combined. */
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

/** What one node after the first does. */
export function legLine({ node, end, packet, probability }: Leg, nameOf: NameOf): Line {
  const { verdict, state, reason } = end;
  const name = nameOf(state.destination?.text ?? '');
  const share = probability > 0.999 ? '' : ` (${shareText(probability)})`;
  const seen = `from ${packet.source.text}${state.hasSourceNat ? ', replaces the source with its own address' : ''}`;
  if (verdict !== 'ACCEPT') {
    const verb = verdict === 'DROP' ? 'drops' : 'rejects';
    return { text: `Then node ${node} ${verb} it${reason === undefined ? '' : `: ${reason}`}${share}.`, stops: true };
  }
  const to = `${whereTo(state)}${name === undefined ? '' : ` (${name})`}`;
  return { text: `Then node ${node} receives it ${seen}, and sends it to ${to}${share}.`, stops: false };
}

interface JourneyFacts {
  readonly probability: number;
  readonly next?: readonly {
    readonly node: string;
    readonly verdict: string;
    readonly source: string;
    readonly destination: string;
    readonly masqueraded: boolean;
  }[];
  /** The client address that the receiver sees. */
  readonly seenAs?: string;
  /** Used if that address is unknown: the node with the address. */
  readonly seenAsNode?: string;
  readonly reply?: Reply;
}

/** What follows an outcome in `--format json`: one entry for each journey. */
export function journeyFacts({ legs, probability, seenAs, seenAsNode, reply }: Journey): JourneyFacts {
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
    ...(seenAs !== undefined || seenAsNode === undefined || seenAsNode === '' ? {} : { seenAsNode }),
    ...(reply === undefined ? {} : { reply }),
  };
}
