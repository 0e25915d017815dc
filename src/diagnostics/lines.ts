import type { Position, Range } from './finding.js';
import { entryOf } from './groups.js';

/**
 * The lines of a text: converts offsets to positions and back. Lines end with LF; a CR before it is not part of the
 * line, and a byte order mark at the start takes no column.
 */
export class Lines {
  private readonly starts: number[];

  constructor(readonly text: string) {
    this.starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The number of lines; a text that ends with a line break has an empty last line. */
  get count(): number {
    return this.starts.length;
  }

  /** The text of a line (counted from 1) without its line break; `''` if the line does not exist. */
  line(number: number): string {
    const start = this.starts[number - 1];
    if (start === undefined) return '';
    const next = this.starts[number];
    const end = next === undefined ? this.text.length : next - 1;
    return this.text.slice(start, this.text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
  }

  /** The position of an offset; offsets beyond the text give its end. */
  position(offset: number): Position {
    const bounded = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, bounded - (this.starts[low] ?? 0)) + 1 };
  }

  /** The range between two offsets. */
  range(startOffset: number, endOffset: number): Range {
    return { start: this.position(startOffset), end: this.position(endOffset) };
  }
}

/**
 * Returns a function that gives the lines of a text by its name; computed on first use. Unknown names have an empty
 * text.
 */
export function lineLookup(texts: ReadonlyMap<string, string>): (name: string) => Lines {
  const known = new Map<string, Lines>();
  return (name) => entryOf(known, name, () => new Lines(texts.get(name) ?? ''));
}
