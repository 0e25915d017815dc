/** Two nodes compared by what becomes of packets: every difference, and nothing else. */
import type { Family } from '../net/address.js';
import { itemsOf } from '../walk/link.js';
import type { Packets } from '../walk/packets.js';
import type { EndState } from '../walk/types.js';
import { endsOf, type Region } from '../walk/regions.js';
import { FateBook, type Fate } from './fate.js';
import { overlay, type Difference, type FatedRegion, type Place } from './overlay.js';
import { allQuestions, type ComparedSides } from './sides.js';

/** What was found of one family. */
export interface Comparison<Label> {
  readonly family: Family;
  /** Disjoint; a packet that was asked about fares differently exactly where one of them holds it. */
  readonly differences: readonly Difference<Label>[];
  /** What the walks rely upon: clauses, each once. */
  readonly assumptions: readonly string[];
}

/**
 * Compares the fates of packets: of all that there are unless `questions` names some. `places` label destinations, so
 * that no difference is about two of them. Takes the time of walking both sides, and memory for all of their regions.
 */
export function compareSides<Label extends object>(
  sides: ComparedSides,
  places: readonly Place<Label>[] = [],
  questions: readonly Packets[] = allQuestions(sides),
): Comparison<Label> {
  const hosts = [sides.before.host, sides.after.host];
  const book = new FateBook((address) => hosts.some((host) => host.isLocal(address) === true));
  const assumptions = new Set<string>();
  const differences = questions.flatMap((packets) => {
    const [before, after] = [sides.before, sides.after].map(({ tracer }) =>
      fated(tracer.eachRegion(packets), book, assumptions),
    );
    return overlay(before ?? [], after ?? [], places, book);
  });
  return { family: sides.family, differences: joined(differences), assumptions: [...assumptions] };
}

function fated(regions: Iterable<Region>, book: FateBook, assumptions: Set<string>): FatedRegion[] {
  const all: FatedRegion[] = [];
  for (const { packets, ends } of regions) {
    const list = endsOf(ends);
    const state = list[0]?.state;
    if (state?.assumptions !== undefined)
      for (const text of itemsOf(state.assumptions)) if (!isOfOneWay(text, state)) assumptions.add(text);
    all.push({ packets, fate: book.ofEnds(list) });
  }
  return all;
}

/** Whether it is one of two answers that were both followed, or is said of all ports where it is said of one. */
function isOfOneWay(text: string, { facts }: EndState): boolean {
  return /^no process of the node listens on \w+\/\d+ /.test(text) || itemsOf(facts).some((fact) => fact.text === text);
}

/** What the node sends and what comes in together, where they are to one place and fare alike. */
function joined<Label>(differences: readonly Difference<Label>[]): Difference<Label>[] {
  const found = new Map<Fate, Map<Fate, Map<Label | undefined, Difference<Label>>>>();
  for (const one of differences) {
    const byAfter = entry(found, one.before, () => new Map<Fate, Map<Label | undefined, Difference<Label>>>());
    const byLabel = entry(byAfter, one.after, () => new Map<Label | undefined, Difference<Label>>());
    const known = byLabel.get(one.label);
    byLabel.set(one.label, known === undefined ? one : { ...known, packets: [...known.packets, ...one.packets] });
  }
  return [...found.values()].flatMap((byAfter) => [...byAfter.values()].flatMap((byLabel) => [...byLabel.values()]));
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
