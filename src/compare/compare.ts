/** Compares two nodes by what happens to packets. The result contains every difference and nothing else. */
import type { Family } from '../net/address.js';
import { itemsOf } from '../walk/link.js';
import type { Packets } from '../walk/packets.js';
import type { EndState } from '../walk/types.js';
import { firstEnd, type Region } from '../walk/regions.js';
import { FateBook, type Fate } from './fate.js';
import { overlay, type Difference, type FatedRegion, type Place } from './overlay.js';
import { askedQuestions } from './asked.js';
import type { ComparedSides } from './sides.js';

/** The result for one family. */
export interface Comparison<Label> {
  readonly family: Family;
  /** Disjoint. For the packets in question, the outcome differs exactly for those in one of these. */
  readonly differences: readonly Difference<Label>[];
  /** The assumptions of the walks: clauses, each once. */
  readonly assumptions: readonly string[];
}

/**
 * Compares the fates of packets: of all packets that the sides may treat differently, or of those in `questions`.
 * `places` label destinations; each difference has one label. Takes the time of walking these packets on both sides, and
 * memory for their regions.
 */
export function compareSides<Label extends object>(
  sides: ComparedSides,
  places: readonly Place<Label>[] = [],
  questions: readonly Packets[] = askedQuestions(sides),
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
    const { state } = firstEnd(ends);
    if (state.assumptions !== undefined)
      for (const text of itemsOf(state.assumptions)) if (!isOfOneWay(text, state)) assumptions.add(text);
    all.push({ packets, fate: book.of(ends) });
  }
  return all;
}

/**
 * Whether it concerns one of two answers that were both followed, or applies to all ports where another applies to one.
 */
function isOfOneWay(text: string, { facts }: EndState): boolean {
  return /^no process of the node listens on \w+\/\d+ /.test(text) || itemsOf(facts).some((fact) => fact.text === text);
}

/** Joins packets that the node sends with packets that arrive, if they have the same place and the same outcome. */
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
