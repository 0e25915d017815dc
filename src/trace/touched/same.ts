/** Compares rules and elements as data. Two that mean the same may still count as different. */
import { addToGroup } from '../../diagnostics/groups.js';

/** What does not affect packets: where something is written, counters, and what only people read. */
const irrelevant: ReadonlySet<string> = new Set([
  'handle',
  'place',
  'comment',
  'packets',
  'bytes',
  'expires',
  'servicePort',
]);

/** `ignored`: the names of fields that do not count. */
export function isSame(one: unknown, other: unknown, ignored = irrelevant): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one))
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at], ignored))
    );
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  // Fields are rarely among the ignored ones, and mostly equal.
  for (const name in fields) if (!isSame(fields[name], others[name], ignored) && !ignored.has(name)) return false;
  for (const name in others) if (!(name in fields) && others[name] !== undefined && !ignored.has(name)) return false;
  return true;
}

/** Equal only for what is the same. */
export function signature(value: unknown): string {
  return JSON.stringify(value, (name, one: unknown) => (irrelevant.has(name) ? undefined : one));
}

/** The positions in each list of what the other does not have in the same order. */
export function differing(before: readonly unknown[], after: readonly unknown[]): readonly [number[], number[]] {
  const same = new Map(samePlaces(before, after) ?? longestInOrder(samePairs(before, after)));
  const others = new Set(same.values());
  return [
    [...before.keys()].filter((index) => !same.has(index)),
    [...after.keys()].filter((index) => !others.has(index)),
  ];
}

/** With at most this many others, items at the same positions are paired without searching. */
const fewOthers = 50;

function samePlaces(before: readonly unknown[], after: readonly unknown[]): [number, number][] | undefined {
  if (before.length !== after.length) return undefined;
  const places = [...before.keys()].filter((at) => isSame(before[at], after[at]));
  return before.length - places.length > fewOthers ? undefined : places.map((at) => [at, at]);
}

function samePairs(before: readonly unknown[], after: readonly unknown[]): [number, number][] {
  const places = new Map<string, number[]>();
  for (const [index, one] of after.entries()) addToGroup(places, signature(one), index);
  return before.flatMap((one, index): [number, number][] => {
    const other = places.get(signature(one))?.shift();
    return other === undefined ? [] : [[index, other]];
  });
}

/** The longest of the subsequences in which the second numbers ascend, as the first ones do. */
function longestInOrder(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [at, [, value]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[at] = ends[low - 1];
    ends[low] = at;
  }
  const found: (readonly [number, number])[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    const pair = pairs[at];
    if (pair !== undefined) found.push(pair);
  }
  return found.reverse();
}
