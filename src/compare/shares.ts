/** The probabilities of outcomes, by outcome number, as plain arrays: fates have as many as a Service has endpoints. */
export interface Shares {
  /** Outcome numbers, each once, in the order in which they were added. */
  readonly numbers: Int32Array;
  /** The share of each of them. */
  readonly values: Float64Array;
}

/**
 * The relative difference between two shares, per endpoint, up to which they count as equal: the kernel stores a
 * probability in 31 bits (net/netfilter/xt_statistic.c), and a chain of n of them accumulates n roundings.
 */
export const shareRounding = 2 ** -29;

/** Adds up shares by outcome number. Numbers are small, so one table is reused for one fate after the other. */
export class ShareTable {
  private sums = new Float64Array(1024);
  private isIn = new Uint8Array(1024);
  private numbers: number[] = [];

  add(number: number, share: number): void {
    if (number >= this.sums.length) this.grow(number);
    if (this.isIn[number] !== 1) {
      this.isIn[number] = 1;
      this.numbers.push(number);
    }
    this.sums[number] = (this.sums[number] ?? 0) + share;
  }

  /** Returns everything that was added, and empties the table. */
  take(): Shares {
    const numbers = Int32Array.from(this.numbers);
    const values = new Float64Array(numbers.length);
    for (const [place, number] of numbers.entries()) values[place] = this.sums[number] ?? 0;
    this.clear();
    return { numbers, values };
  }

  /** Whether both have the same numbers, and equal shares within the kernel's rounding. */
  areEqual(a: Shares, b: Shares): boolean {
    if (a.numbers.length !== b.numbers.length) return false;
    for (const [place, number] of a.numbers.entries()) this.add(number, a.values[place] ?? 0);
    const most = (a.numbers.length + 1) * shareRounding;
    const isEqual = b.numbers.every((number, place) => this.isLike(number, b.values[place] ?? 0, most));
    this.clear();
    return isEqual;
  }

  private isLike(number: number, other: number, most: number): boolean {
    const share = this.sums[number] ?? 0;
    return this.isIn[number] === 1 && Math.abs(share - other) <= most * Math.max(share, other);
  }

  private clear(): void {
    for (const number of this.numbers) {
      this.sums[number] = 0;
      this.isIn[number] = 0;
    }
    this.numbers = [];
  }

  private grow(number: number): void {
    const sums = new Float64Array(number * 2);
    const isIn = new Uint8Array(number * 2);
    sums.set(this.sums);
    isIn.set(this.isIn);
    this.sums = sums;
    this.isIn = isIn;
  }
}

/** A hash of the outcome numbers, independent of their order. */
export function hashOf({ numbers }: Shares): string {
  let [sum, mixed] = [0, 0];
  for (const number of numbers) {
    sum = (sum + number) | 0;
    mixed = (mixed + scattered(number)) | 0;
  }
  return `${numbers.length} ${sum} ${mixed}`;
}

/** The last step of MurmurHash3: without it, sums of neighbouring numbers would collide. */
function scattered(number: number): number {
  const first = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
