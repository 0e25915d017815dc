/** Splits sets into parts, each of which is contained in the same sets throughout. */
import type { RangeAlgebra, Ranges } from '../walk/ranges.js';

/** A part, which need not be contiguous, and the numbers of the sets that contain it. */
export interface Atom<Value extends number | bigint> {
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
