/**
 * Sets of integers as ranges: `[from, to, from, to, …]`, both ends inclusive, sorted, disjoint and not adjacent, so
 * that equal sets are equal lists. Operations are linear in their ranges and return an operand itself if the result is
 * equal to it.
 */
export type Ranges<Value extends number | bigint> = readonly Value[];

export interface RangeAlgebra<Value extends number | bigint> {
  readonly none: Ranges<Value>;
  /** The set of these ranges, which may be in any order and overlap. */
  of(pairs: Iterable<readonly [Value, Value]>): Ranges<Value>;
  one(value: Value): Ranges<Value>;
  has(set: Ranges<Value>, value: Value): boolean;
  intersect(a: Ranges<Value>, b: Ranges<Value>): Ranges<Value>;
  subtract(a: Ranges<Value>, b: Ranges<Value>): Ranges<Value>;
  union(a: Ranges<Value>, b: Ranges<Value>): Ranges<Value>;
  /** The only member; undefined if there are several, or none. */
  single(set: Ranges<Value>): Value | undefined;
  pairs(set: Ranges<Value>): (readonly [Value, Value])[];
  /** The neighbours of a number. */
  before(value: Value): Value;
  after(value: Value): Value;
}

/** The operations on sets of numbers; `before` and `after` return a number's neighbours. */
export function rangeAlgebra<Value extends number | bigint>(
  before: (value: Value) => Value,
  after: (value: Value) => Value,
): RangeAlgebra<Value> {
  const none: Ranges<Value> = [];

  function of(pairs: Iterable<readonly [Value, Value]>): Ranges<Value> {
    const sorted = [...pairs].filter(([from, to]) => from <= to).sort((a, b) => (a[0] < b[0] ? -1 : 1));
    const set: Value[] = [];
    for (const [from, to] of sorted) {
      const last = set.at(-1);
      if (last === undefined || from > after(last)) set.push(from, to);
      else if (to > last) set[set.length - 1] = to;
    }
    return set;
  }

  function pairsOf(set: Ranges<Value>): (readonly [Value, Value])[] {
    const pairs: (readonly [Value, Value])[] = [];
    for (let index = 0; index < set.length; index += 2) pairs.push([at(set, index), at(set, index + 1)]);
    return pairs;
  }

  function has(set: Ranges<Value>, value: Value): boolean {
    const index = rangeAt(set, value);
    return index < set.length && at(set, index) <= value;
  }

  function intersect(a: Ranges<Value>, b: Ranges<Value>): Ranges<Value> {
    if (a === b) return a;
    if (areApart(a, b)) return none;
    if (b.length === 2 && holdsRange(a, at(b, 0), at(b, 1))) return sameOr(a, b);
    if (a.length === 2 && holdsRange(b, at(a, 0), at(a, 1))) return a;
    const set: Value[] = [];
    let [i, j] = a.length * 8 < b.length ? [0, rangeAt(b, at(a, 0))] : [rangeAt(a, at(b, 0)), 0];
    while (i < a.length && j < b.length) {
      const [aFrom, aTo, bFrom, bTo] = [at(a, i), at(a, i + 1), at(b, j), at(b, j + 1)];
      const from = aFrom > bFrom ? aFrom : bFrom;
      const to = aTo < bTo ? aTo : bTo;
      if (from <= to) set.push(from, to);
      if (aTo < bTo) i += 2;
      else j += 2;
    }
    return sameOr(a, sameOr(b, set));
  }

  function subtract(a: Ranges<Value>, b: Ranges<Value>): Ranges<Value> {
    if (areApart(a, b)) return a;
    const set: Value[] = [];
    let j = 0;
    for (let i = 0; i < a.length; i += 2) {
      let from = at(a, i);
      const to = at(a, i + 1);
      while (j < b.length && at(b, j + 1) < from) j += 2;
      for (let k = j; from <= to; k += 2) {
        if (k >= b.length || at(b, k) > to) {
          set.push(from, to);
          break;
        }
        if (at(b, k) > from) set.push(from, before(at(b, k)));
        if (at(b, k + 1) >= to) break;
        from = after(at(b, k + 1));
      }
    }
    return sameOr(a, set);
  }

  return {
    none,
    of,
    has,
    intersect,
    subtract,
    one: (value) => [value, value],
    union: (a, b) => (a.length === 0 ? b : b.length === 0 || a === b ? a : of([...pairsOf(a), ...pairsOf(b)])),
    single: (set) => (set.length === 2 && set[0] === set[1] ? set[0] : undefined),
    pairs: pairsOf,
    before,
    after,
  };
}

/** The index of the first range that ends at the value or later. */
function rangeAt<Value extends number | bigint>(set: Ranges<Value>, value: Value): number {
  let [low, high] = [0, set.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(set, middle * 2 + 1) < value) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** Whether one range of the set contains this whole range. */
function holdsRange<Value extends number | bigint>(set: Ranges<Value>, from: Value, to: Value): boolean {
  const index = rangeAt(set, from);
  return index < set.length && at(set, index) <= from && to <= at(set, index + 1);
}

function areApart<Value extends number | bigint>(a: Ranges<Value>, b: Ranges<Value>): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return at(a, a.length - 1) < at(b, 0) || at(b, b.length - 1) < at(a, 0);
}

function sameOr<Value extends number | bigint>(known: Ranges<Value>, set: Ranges<Value>): Ranges<Value> {
  if (known.length !== set.length) return set;
  for (let index = 0; index < set.length; index++) if (known[index] !== set[index]) return set;
  return known;
}

/** A number at an index that is known to exist. */
function at<Value extends number | bigint>(set: Ranges<Value>, index: number): Value {
  // eslint-disable-next-line @typescript-eslint/non-nullable-type-assertion-style -- the other form is forbidden
  return set[index] as Value;
}
