/** The outcomes of one packet side by side, each with its path step by step. */
import { likelyFamilyOfNode } from '../../node/ask.js';
import type { NodeModel } from '../../node/types.js';
import { groupEnds, waysOf, type EndGroup } from '../../trace/groups.js';
import { summaryLines } from '../../trace/describe-summary.js';
import { packetFacts, stepOf, type PacketFacts } from '../../trace/outcome.js';
import { shareText } from '../../trace/shares.js';
import { Tracer } from '../../trace/trace.js';
import { hostModel } from '../../walk/host.js';
import { itemsOf } from '../../walk/link.js';
import type { Packet } from '../../walk/packet.js';
import type { WalkEnd, WalkStep } from '../../walk/types.js';
import type { Layout } from '../picture/layout.js';
import { layOut } from '../picture/layout.js';
import { packetPicture } from './picture.js';
import { readFields, type PacketFields } from './question.js';

/** One event on the path. */
export interface ShownStep {
  readonly hook: string;
  /** `''` for a routing decision. */
  readonly table: string;
  readonly chain: string;
  /** The rule's number in its chain; 0 if it is not a rule. */
  readonly rule: number;
  readonly text: string;
  readonly effect: string;
  /** The box of the step in the picture. */
  readonly box: string;
}

export interface ShownOutcome {
  readonly share: string;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly destination: string;
  readonly isMasqueraded: boolean;
  readonly steps: readonly ShownStep[];
  readonly assumptions: readonly string[];
}

export interface PacketAnswer {
  readonly packet: PacketFacts;
  /** The requested service port; `''` if an address was requested. */
  readonly servicePort: string;
  readonly assumed: readonly string[];
  /** The outcome, one line each. */
  readonly summary: readonly string[];
  readonly outcomes: readonly ShownOutcome[];
  /** How many more outcomes there are. */
  readonly left: number;
  readonly layout: Layout;
}

/** The most outcomes shown side by side. */
const mostOutcomes = 12;

/** Walks the packet in the form's fields through a node; a sentence if the fields do not describe a packet. */
export function packetAnswer(
  node: NodeModel,
  fields: PacketFields,
): { readonly value: PacketAnswer } | { readonly missing: string } {
  const walked = walkFields(node, fields);
  if ('missing' in walked) return walked;
  const { packet, assumed, servicePort, ends } = walked;
  const ways = waysOf(ends);
  const shown = ways.slice(0, mostOutcomes);
  const { picture, boxes } = packetPicture(shown);
  return {
    value: {
      packet: packetFacts(packet),
      servicePort: servicePort ?? '',
      assumed,
      summary: summaryLines(groupEnds(ends), packet),
      outcomes: shown.map((way, index) => outcomeOf(way, boxes[index] ?? [])),
      left: ways.length - shown.length,
      layout: layOut(picture),
    },
  };
}

/** A packet and all its paths. */
export interface Walked {
  readonly packet: Packet;
  readonly assumed: readonly string[];
  readonly servicePort: string | undefined;
  readonly ends: readonly WalkEnd[];
}

/** The same walk as in `kubechains trace`. */
export function walkFields(node: NodeModel, fields: PacketFields): Walked | { readonly missing: string } {
  const host = hostModel(node.host, {
    boundAddresses: node.families.flatMap((one) => one.boundAddresses),
    listening: node.listening ?? [],
  });
  const read = readFields(fields, node, host);
  if ('missing' in read) return read;
  const { packet, assumed, servicePort } = read.question;
  const content = likelyFamilyOfNode(node, packet.family);
  if (content === undefined) return { missing: `The inputs hold no ${packet.family} rules.` };
  return { packet, assumed, servicePort, ends: new Tracer({ ...content, host }).walk(packet) };
}

function outcomeOf({ end, probability, destination }: EndGroup, boxes: readonly string[]): ShownOutcome {
  const { state, verdict } = end;
  return {
    share: shareText(probability),
    verdict,
    destination,
    isMasqueraded: state.hasSourceNat,
    steps: itemsOf(state.steps).flatMap((step, index) => shownStep(step, state.family, boxes[index] ?? '')),
    assumptions: itemsOf(state.assumptions),
  };
}

function shownStep(step: WalkStep, family: WalkEnd['state']['family'], box: string): ShownStep[] {
  if (step.kind === 'route')
    return [{ hook: step.hook, table: '', chain: 'routing', rule: 0, text: step.text, effect: '', box }];
  return stepOf(step, family).map(({ hook, table, chain, rule, text, effect }) => ({
    hook,
    table,
    chain,
    rule,
    text,
    effect,
    box,
  }));
}
