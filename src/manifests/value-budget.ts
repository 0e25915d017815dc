import { syntaxProblem, type TextProblem } from './outcome.js';
import type { Span } from './tree.js';

/**
 * How many values the texts of one call may hold: a value takes up to a hundred bytes once it is read, whatever it takes in
 * the text (`{},`). The largest clusters that were measured have half as many, endpoints that stay in the text left out.
 */
const mostValues = 16_000_000;

/** What is kept of each document beside its values takes as much as so many of them. */
const perDocument = 30;

/** No value takes less text: a character and what parts it from the next. */
const smallestValue = 2;

interface Stretch extends Span {
  readonly text: string;
}

/**
 * Counts what texts hold before they are read. Texts that could not hold too much, whatever stands in them, are not looked
 * at; once all together could, each is looked at once.
 */
export class ValueBudget {
  private spent = 0;
  private uncounted: Stretch[] = [];
  private uncountedLength = 0;
  private isOver = false;

  constructor(private readonly most = mostValues) {}

  /** Whether a text was refused: then nothing more is to be read. */
  isSpent(): boolean {
    return this.isOver;
  }

  /** Undefined where a document may be read; else why not. Linear, and mostly free. */
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

/** At most so many values stand in a text, be it JSON or YAML: all that parts two values is counted. */
function valuesIn({ text, start, end }: Stretch): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x2c || character === 0x5b || character === 0x7b || character === 0x0a) count++;
    else if (character === 0x2d && text.charCodeAt(at + 1) === 0x20) count++;
  }
  return count;
}
