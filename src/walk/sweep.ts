/** Splits sets into parts, each of which is contained in the same sets throughout. */
import type { RangeAlgebra, Ranges } from './ranges.js';

/** A part, which need not be contiguous, and the numbers of the sets that contain it. */
interface Atom<Value extends number | bigint> {
  readonly ranges: Ranges<Value>;
  readonly members: readonly number[];
}

interface Event<Value> {
  readonly at: Value;
  readonly set: number;
  readonly isStart: boolean;
}

/**
 * The atoms of sets: disjoint parts, each contained in the same sets throughout, which together cover all sets. In
 * order of their beginnings. Sorts the ends of all ranges.
 */
export function atomsOf<Value extends number | bigint>(
  sets: readonly Ranges<Value>[],
  algebra: RangeAlgebra<Value>,
): Atom<Value>[] {
  const events: Event<Value>[] = [];
  for (const [set, ranges] of sets.entries())
    for (const [from, to] of algebra.pairs(ranges))
      events.push({ at: from, set, isStart: true }, { at: algebra.after(to), set, isStart: false });
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const atoms = new Map<string, { readonly ranges: Value[]; readonly members: readonly number[] }>();
  const active = new Set<number>();
  for (let index = 0; index < events.length;) {
    const at = events[index]?.at;
    for (let event = events[index]; event !== undefined && event.at === at; event = events[++index]) {
      if (event.isStart) active.add(event.set);
      else active.delete(event.set);
    }
    const next = events[index]?.at;
    if (active.size === 0 || next === undefined || at === undefined) continue;
    const members = [...active].sort((a, b) => a - b);
    const key = members.join();
    const known = atoms.get(key);
    if (known === undefined) atoms.set(key, { ranges: [at, algebra.before(next)], members });
    else append(known.ranges, at, algebra.before(next), algebra);
  }
  return [...atoms.values()];
}

/** Appends a range after all others; it may touch the last one. */
function append<Value extends number | bigint>(
  ranges: Value[],
  from: Value,
  to: Value,
  algebra: RangeAlgebra<Value>,
): void {
  const last = ranges.at(-1);
  if (last !== undefined && algebra.after(last) === from) ranges[ranges.length - 1] = to;
  else ranges.push(from, to);
}

/** Up to this number of pairs, trying all of them is faster than searching. */
const fewPairs = 1024;

/**
 * Visits pairs of items, ordered by the first and then the second: all pairs with intersecting sets, and for short lists
 * also others. For long lists of mostly disjoint sets, the time grows with the sets, not with the pairs.
 */
export function eachMeeting<Item, Value extends number | bigint>(
  first: readonly Item[],
  second: readonly Item[],
  setOf: (item: Item) => Ranges<Value>,
  algebra: RangeAlgebra<Value>,
  visit: (one: Item, other: Item) => void,
): void {
  if (first.length * second.length <= fewPairs) {
    for (const one of first) for (const other of second) visit(one, other);
    return;
  }
  const met = new Set<number>();
  for (const { members } of atomsOf([...first, ...second].map(setOf), algebra)) {
    const others = members.filter((place) => place >= first.length);
    for (const place of members)
      if (place < first.length) for (const other of others) met.add(place * second.length + other - first.length);
  }
  for (const pair of [...met].sort((a, b) => a - b)) {
    const [one, other] = [first[Math.floor(pair / second.length)], second[pair % second.length]];
    if (one !== undefined && other !== undefined) visit(one, other);
  }
}
