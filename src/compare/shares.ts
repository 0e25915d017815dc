import { entryOf } from '../diagnostics/groups.js';
import { eachNumber, listOf, listSum, type ShareList } from './share-list.js';

/**
 * The probabilities of outcomes, by outcome number. A region of a Service has as many outcomes as the Service has
 * endpoints, and nearly the same ones as the next region: each endpoint is a client that may be sent to itself. So they
 * are kept in tries (Okasaki and Gill, "Fast Mergeable Integer Maps"): those with the same numbers have the same form,
 * and those that differ in a few numbers share all other parts.
 */
export type Shares = Few | Both;

/** Numbers that are equal but for their last bits, and their shares: for few numbers, lists are the quickest. */
class Few implements ShareList {
  readonly bit = 0;
  /** Equal for the same numbers, and hardly ever for others. */
  readonly hash: number;
  /** The greatest share. */
  readonly most: number;

  constructor(
    readonly numbers: readonly number[],
    readonly values: readonly number[],
  ) {
    let [hash, most] = [0, 0];
    for (const number of numbers) hash = (hash + scattered(number)) | 0;
    for (const value of values) most = Math.max(most, value);
    this.hash = hash;
    this.most = most;
  }

  get size(): number {
    return this.numbers.length;
  }

  /** One of the numbers. */
  get number(): number {
    return this.numbers[0] ?? 0;
  }
}

/** The numbers without and with a bit, with equal bits above it. */
class Both {
  readonly size: number;
  readonly hash: number;
  /** The greatest share. */
  readonly most: number;

  constructor(
    readonly bit: number,
    /** One of the numbers. */
    readonly number: number,
    readonly low: Shares,
    readonly high: Shares,
    /** Another one for each object. */
    readonly serial: number,
  ) {
    this.size = low.size + high.size;
    this.hash = (low.hash + high.hash) | 0;
    this.most = Math.max(low.most, high.most);
  }
}

/**
 * The relative difference between two shares, per endpoint, up to which they count as equal: the kernel stores a
 * probability in 31 bits (net/netfilter/xt_statistic.c), and a chain of n of them accumulates n roundings.
 */
export const shareRounding = 2 ** -29;

/** How the shares of two sides differ. */
export interface Gap {
  /** How many numbers only the first side has, and only the second. */
  readonly lost: number;
  readonly gained: number;
  /** The greatest difference of two shares, and in relation to the greater one. */
  readonly absolute: number;
  readonly relative: number;
}

const noGap: Gap = { lost: 0, gained: 0, absolute: 0, relative: 0 };

/** Results for parts with fewer numbers are computed again: that is as fast as finding them. */
const fewNumbers = 16;

/** How many objects there can be: pairs of them make one exact number. */
const mostObjects = 2 ** 26;

/** Makes and compares shares. Those of one book have parts in common, and results for these are computed once. */
export class ShareBook {
  private serials = 0;
  private readonly sums = new Map<number, Shares>();
  private readonly gaps = new Map<number, Gap>();

  /** Shares by number; there is at least one. A number may occur several times. */
  of(all: Iterable<readonly [number: number, share: number]>): Shares {
    const { numbers, values } = listOf(all);
    if (numbers.length === 0) throw new RangeError('a packet has an outcome');
    return this.ofSorted(numbers, values);
  }

  private ofSorted(numbers: readonly number[], values: readonly number[]): Shares {
    const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
    const bit = highestBit(first ^ last);
    if (bit === 0) return new Few(numbers, values);
    const middle = numbers.findIndex((number) => (number & bit) !== 0);
    const low = this.ofSorted(numbers.slice(0, middle), values.slice(0, middle));
    const high = this.ofSorted(numbers.slice(middle), values.slice(middle));
    return new Both(bit, first, low, high, ++this.serials);
  }

  /** Those of both, added up. Linear in the numbers only where those of both alternate. */
  sum(a: Shares | undefined, b: Shares | undefined): Shares | undefined {
    if (a === undefined || b === undefined) return a ?? b;
    return remembered(this.sums, a, b, () => this.summed(a, b));
  }

  private summed(a: Shares, b: Shares): Shares {
    const few = fewOf(a, b);
    if (few !== undefined) {
      const { numbers, values } = listSum(...few);
      return new Few(numbers, values);
    }
    const { bit, low, high } = halvesOf(a, b);
    const [first, second] = [this.sum(...low), this.sum(...high)];
    if (first === undefined || second === undefined) throw new RangeError('each half has numbers');
    return new Both(bit, first.number, first, second, ++this.serials);
  }

  /** How they differ. Numbers that only one has count as a share of 0 of the other. */
  gap(a: Shares | undefined, b: Shares | undefined): Gap {
    if (a === b) return noGap;
    if (a === undefined || b === undefined) return missing(a, b);
    const few = fewOf(a, b);
    if (few !== undefined) return gapOfFew(...few);
    return remembered(this.gaps, a, b, () => {
      const { low, high } = halvesOf(a, b);
      return bothGaps(this.gap(...low), this.gap(...high));
    });
  }

  /** Whether both have the same numbers, and equal shares within the kernel's rounding. */
  areEqual(a: Shares, b: Shares): boolean {
    return a.hash === b.hash && this.gap(a, b).relative <= (a.size + 1) * shareRounding;
  }

  /** Whether a number that only one of them has meets a condition. Stops at the first one. */
  someDiffers(a: Shares | undefined, b: Shares | undefined, isSo: (number: number) => boolean): boolean {
    const { lost, gained } = this.gap(a, b);
    if (lost + gained === 0) return false;
    if (a === undefined || b === undefined) return [...pairsOf(a ?? b)].some(([number]) => isSo(number));
    const few = fewOf(a, b);
    if (few !== undefined) return onlyInOne(...few).some(isSo);
    const { low, high } = halvesOf(a, b);
    return this.someDiffers(...low, isSo) || this.someDiffers(...high, isSo);
  }

  /** With other numbers; without those for which there is none. `known`: the results so far for the same function. */
  renumbered(
    shares: Shares,
    numberOf: (number: number) => number | undefined,
    known: Map<Shares, Shares | undefined>,
  ): Shares | undefined {
    if (shares instanceof Few) return this.renumberedFew(shares, numberOf);
    const isKept = shares.size >= fewNumbers;
    if (isKept && known.has(shares)) return known.get(shares);
    const low = this.renumbered(shares.low, numberOf, known);
    const high = this.renumbered(shares.high, numberOf, known);
    const made = low === shares.low && high === shares.high ? shares : this.sum(low, high);
    if (isKept) known.set(shares, made);
    return made;
  }

  private renumberedFew(few: Few, numberOf: (number: number) => number | undefined): Shares | undefined {
    const numbers = few.numbers.map(numberOf);
    if (numbers.every((number, at) => number === few.numbers[at])) return few;
    const all = numbers.flatMap((number, at) => (number === undefined ? [] : [[number, few.values[at] ?? 0] as const]));
    return all.length === 0 ? undefined : this.of(all);
  }
}

/** The sum of a measure of each number and share. `known`: the results so far for the same measure. */
export function total(
  shares: Shares,
  measure: (number: number, share: number) => number,
  known: Map<Shares, number>,
): number {
  if (shares instanceof Few)
    return shares.numbers.reduce((sum, number, at) => sum + measure(number, shares.values[at] ?? 0), 0);
  const isKept = shares.size >= fewNumbers;
  const before = isKept ? known.get(shares) : undefined;
  if (before !== undefined) return before;
  const sum = total(shares.low, measure, known) + total(shares.high, measure, known);
  if (isKept) known.set(shares, sum);
  return sum;
}

/** All numbers in order, with their shares. */
export function* pairsOf(shares: Shares | undefined): Generator<readonly [number: number, share: number]> {
  if (shares instanceof Both) {
    yield* pairsOf(shares.low);
    yield* pairsOf(shares.high);
  } else if (shares !== undefined)
    for (const [at, number] of shares.numbers.entries()) yield [number, shares.values[at] ?? 0];
}

/** Whether it has this number. */
export function hasNumber(shares: Shares | undefined, number: number): boolean {
  let part = shares;
  while (part instanceof Both) part = (number & part.bit) === 0 ? part.low : part.high;
  return part?.numbers.includes(number) === true;
}

/** The last step of MurmurHash3: without it, sums of neighbouring numbers would collide. */
function scattered(number: number): number {
  const first = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

type Pair = readonly [Shares | undefined, Shares | undefined];

/** Both without and with the highest bit in which any of their numbers differ. */
function halvesOf(a: Shares, b: Shares): { readonly bit: number; readonly low: Pair; readonly high: Pair } {
  const bit = Math.max(a.bit, b.bit, highestBit(a.number ^ b.number));
  return { bit, low: [lowOf(a, bit), lowOf(b, bit)], high: [highOf(a, bit), highOf(b, bit)] };
}

function lowOf(shares: Shares, bit: number): Shares | undefined {
  if (shares instanceof Both && shares.bit === bit) return shares.low;
  return (shares.number & bit) === 0 ? shares : undefined;
}

function highOf(shares: Shares, bit: number): Shares | undefined {
  if (shares instanceof Both && shares.bit === bit) return shares.high;
  return (shares.number & bit) === 0 ? undefined : shares;
}

/** The numbers of a list are equal but for so many bits. */
const lastBits = 5;

/** The highest bit of a number that is not one of the last ones; 0 if there is none. */
function highestBit(number: number): number {
  return number >>> lastBits === 0 ? 0 : 1 << (31 - Math.clz32(number));
}

/** Both, if all of their numbers belong into one list. */
function fewOf(a: Shares, b: Shares): readonly [Few, Few] | undefined {
  return a instanceof Few && b instanceof Few && highestBit(a.number ^ b.number) === 0 ? [a, b] : undefined;
}

function gapOfFew(a: Few, b: Few): Gap {
  let [lost, gained, absolute, relative] = [0, 0, 0, 0];
  eachNumber(a, b, (_, share, other) => {
    if (other === undefined) lost++;
    if (share === undefined) gained++;
    const gap = Math.abs((share ?? 0) - (other ?? 0));
    absolute = Math.max(absolute, gap);
    if (gap > 0) relative = Math.max(relative, gap / Math.max(share ?? 0, other ?? 0));
  });
  return lost + gained + absolute === 0 ? noGap : { lost, gained, absolute, relative };
}

function onlyInOne(a: Few, b: Few): number[] {
  const found: number[] = [];
  eachNumber(a, b, (number, share, other) => {
    if (share === undefined || other === undefined) found.push(number);
  });
  return found;
}

function remembered<Value>(known: Map<number, Value>, a: Shares, b: Shares, make: () => Value): Value {
  if (!(a instanceof Both && b instanceof Both) || a.size + b.size < fewNumbers) return make();
  return entryOf(known, a.serial * mostObjects + b.serial, make);
}

function missing(a: Shares | undefined, b: Shares | undefined): Gap {
  return { lost: a?.size ?? 0, gained: b?.size ?? 0, absolute: (a ?? b)?.most ?? 0, relative: 1 };
}

function bothGaps(a: Gap, b: Gap): Gap {
  if (a === noGap || b === noGap) return a === noGap ? b : a;
  return {
    lost: a.lost + b.lost,
    gained: a.gained + b.gained,
    absolute: Math.max(a.absolute, b.absolute),
    relative: Math.max(a.relative, b.relative),
  };
}
