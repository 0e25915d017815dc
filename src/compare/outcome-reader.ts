/** Reads the outcomes of regions. Regions share most of their ends, so the outcomes of shared parts are read once. */
import { isEnd, type Ends } from '../walk/regions.js';
import type { WalkEnd } from '../walk/types.js';
import type { OutcomeBook } from './outcomes.js';

/** The outcomes of some ends in order, each with the probability of its end. */
interface Part {
  readonly numbers: Int32Array;
  readonly weights: Float64Array;
  /** Whether any of the packets is delivered. */
  readonly isDelivered: boolean;
}

/**
 * Parts with at least and at most so many ends are remembered: smaller ones are read as fast again, and all larger ones
 * together would take memory by the square of the ends.
 */
const [least, most] = [16, 64];

const noFact: readonly string[] = [];

export class OutcomeReader {
  private readonly parts = new WeakMap<Ends, Part>();
  /** What was read last: outcome numbers, in which a number may occur several times, and their probabilities. */
  numbers: number[] = [];
  weights: number[] = [];
  isDelivered = false;

  constructor(private readonly outcomes: OutcomeBook) {}

  /** Reads these ends. False if some depend on facts: then only all of them together show which facts matter. */
  read(ends: Ends): boolean {
    this.numbers = [];
    this.weights = [];
    this.isDelivered = false;
    return this.append(ends);
  }

  private append(ends: Ends): boolean {
    if (isEnd(ends)) return this.appendEnd(ends);
    const known = this.parts.get(ends);
    if (known !== undefined) {
      this.appendPart(known);
      return true;
    }
    const start = this.numbers.length;
    const wasDelivered = this.isDelivered;
    this.isDelivered = false;
    if (!this.append(ends[0]) || !this.append(ends[1])) return false;
    this.remember(ends, start);
    this.isDelivered ||= wasDelivered;
    return true;
  }

  private appendEnd(end: WalkEnd): boolean {
    if (end.state.facts !== undefined) return false;
    this.numbers.push(this.outcomes.numberOf(end, noFact));
    this.weights.push(end.state.weight);
    this.isDelivered ||= end.verdict === 'ACCEPT';
    return true;
  }

  private appendPart({ numbers, weights, isDelivered }: Part): void {
    for (let place = 0; place < numbers.length; place++) {
      this.numbers.push(numbers[place] ?? 0);
      this.weights.push(weights[place] ?? 0);
    }
    this.isDelivered ||= isDelivered;
  }

  private remember(ends: Ends, start: number): void {
    const length = this.numbers.length - start;
    if (length < least || length > most) return;
    const numbers = Int32Array.from(this.numbers.slice(start));
    const weights = Float64Array.from(this.weights.slice(start));
    this.parts.set(ends, { numbers, weights, isDelivered: this.isDelivered });
  }
}
