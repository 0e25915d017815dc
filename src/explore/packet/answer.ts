/** What becomes of one packet: its outcomes side by side, each with its way step by step. */
import { JourneyPolicies } from '../../journey/policies.js';
import { Journeys } from '../../journey/journeys.js';
import { reversePathNote } from '../../journey/reverse-path.js';
import { journeyLines, type Line } from '../../journey/words.js';
import { likelyFamilyOfNode } from '../../node/ask.js';
import type { NodeModel } from '../../node/types.js';
import type { NamedEnds } from '../../question/ends.js';
import { nodeNameOfModel } from '../../question/sender.js';
import { groupEnds, waysOf, type EndGroup } from '../../trace/groups.js';
import { summaryLines } from '../../trace/describe-summary.js';
import { packetFacts, stepOf, type PacketFacts } from '../../trace/outcome.js';
import { shareText } from '../../trace/shares.js';
import { Tracer } from '../../trace/trace.js';
import { itemsOf } from '../../walk/link.js';
import type { Packet } from '../../walk/packet.js';
import type { WalkEnd, WalkStep } from '../../walk/types.js';
import type { Layout } from '../picture/layout.js';
import { layOut } from '../picture/layout.js';
import { packetPicture } from './picture.js';
import { readFields, type NameFacts, type PacketFields } from './question.js';

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
  /** Further nodes on the way, the answer's way back, and what NetworkPolicies say: a sentence each. */
  readonly remarks: readonly Line[];
  readonly outcomes: readonly ShownOutcome[];
  /** How many more outcomes there are. */
  readonly left: number;
  readonly layout: Layout;
}

/** The most outcomes shown side by side. */
const mostOutcomes = 12;

/** Walks the packet that the fields describe from the node that it meets first; a sentence where they describe none. */
export async function packetAnswer(
  node: NodeModel,
  fields: PacketFields,
  facts: NameFacts,
): Promise<{ readonly value: PacketAnswer } | { readonly missing: string }> {
  const walked = await walkFields(node, fields, facts);
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
      remarks: await remarksOn(walked),
      outcomes: shown.map((way, index) => outcomeOf(way, boxes[index] ?? [])),
      left: ways.length - shown.length,
      layout: layOut(picture),
    },
  };
}

/** A packet and all its ways through the node that it meets first. */
interface Walked {
  readonly packet: Packet;
  readonly assumed: readonly string[];
  readonly servicePort: string | undefined;
  readonly ends: readonly WalkEnd[];
  readonly node: NodeModel;
  readonly names: NamedEnds;
}

/** The same walk as that of `kubechains trace`. */
export async function walkFields(
  given: NodeModel,
  fields: PacketFields,
  facts: NameFacts,
): Promise<Walked | { readonly missing: string }> {
  const read = await readFields(fields, given, facts);
  if ('missing' in read) return read;
  const { question, node, host, ends: names } = read;
  const { packet, servicePort } = question;
  const content = likelyFamilyOfNode(node, packet.family);
  if (content === undefined) return { missing: `The inputs hold no ${packet.family} rules.` };
  const ends = new Tracer({ ...content, host }).walk(packet);
  const elsewhere = node === given ? [] : [`it meets node ${nodeNameOfModel(node)} first`];
  const note = reversePathNote(packet, host);
  const assumed = [...elsewhere, ...question.assumed, ...(note === undefined ? [] : [note])];
  return { packet, assumed, servicePort, ends, node, names };
}

async function remarksOn({ packet, ends, node, names }: Walked): Promise<Line[]> {
  const { directory, nameOf } = names;
  const journeys = (await new Journeys(node, nodeNameOfModel(node), directory).all(packet, ends)).flat();
  return [...journeyLines(journeys, nameOf), ...new JourneyPolicies(packet, directory).lines(journeys)];
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
