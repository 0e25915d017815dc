import { syntaxProblem, type TextProblem } from './outcome.js';
import type { Span } from './tree.js';

/**
 * How many values the texts of one call may contain: a parsed value takes up to a hundred bytes, however short its text
 * is (`{},`). The largest measured clusters have half as many, without unparsed endpoints.
 */
const mostValues = 16_000_000;

/** The memory for each document besides its values, measured in values. */
const perDocument = 30;

/** The shortest text of a value: one character and a separator. */
const smallestValue = 2;

interface Stretch extends Span {
  readonly text: string;
}

/**
 * Counts the values in texts before parsing. Texts that are too short to exceed the limit are not counted; once all
 * together could exceed it, each is counted once.
 */
export class ValueBudget {
  private spent = 0;
  private uncounted: Stretch[] = [];
  private uncountedLength = 0;
  private isOver = false;

  constructor(private readonly most = mostValues) {}

  /** Whether a text was rejected: nothing more must then be read. */
  isSpent(): boolean {
    return this.isOver;
  }

  /** Undefined if a document may be read; otherwise the reason. Linear, and usually free. */
  refuse(text: string, { start, end }: Span): TextProblem | undefined {
    this.uncounted.push({ text, start, end });
    this.uncountedLength += end - start;
    this.spent += perDocument;
    if (this.spent + this.uncountedLength / smallestValue <= this.most) return undefined;
    for (const stretch of this.uncounted) this.spent += valuesIn(stretch);
    this.uncounted = [];
    this.uncountedLength = 0;
    if (this.spent <= this.most) return undefined;
    this.isOver = true;
    return syntaxProblem(
      start,
      start + 1,
      `What was given holds more than ${this.most / 1_000_000} million values up to here, more than the objects of any ` +
        'cluster: read it in parts.',
    );
  }
}

/** An upper bound for the values in a text, JSON or YAML: counts everything that can separate two values. */
function valuesIn({ text, start, end }: Stretch): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x2c || character === 0x5b || character === 0x7b || character === 0x0a) count++;
    else if (character === 0x2d && text.charCodeAt(at + 1) === 0x20) count++;
  }
  return count;
}
