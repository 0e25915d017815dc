import type { Position, Range } from '../diagnostics/finding.js';
import type { SourceText } from './types.js';
import type { Span } from './tree.js';

const starts = new WeakMap<SourceText, readonly number[]>();

/**
 * The line and column of an offset into a source's text. Lines end with LF or CR LF; a byte order mark takes no column.
 */
export function positionAt(source: SourceText, offset: number): Position {
  const lines = lineStarts(source);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(0, offset - (lines[low] ?? 0)) + 1 };
}

/** The offset of a line and column, the inverse of `positionAt`; places beyond the text give its end. */
export function offsetAt(source: SourceText, position: Position): number {
  const start = lineStarts(source)[position.line - 1] ?? source.text.length;
  return Math.min(start + position.column - 1, source.text.length);
}

/** The range of a span, cut at the end of its first line so that carets and annotations remain on one line. */
export function rangeOf(source: SourceText, span: Span): Range {
  const start = positionAt(source, span.start);
  // Looked up: a text without line ends is not searched to its end for every span.
  const newline = (lineStarts(source)[start.line] ?? Infinity) - 1;
  const end = newline >= span.end ? span.end : Math.max(span.start, trimmedEnd(source.text, span.start, newline));
  return { start, end: positionAt(source, end) };
}

function trimmedEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last--;
  return last;
}

function lineStarts(source: SourceText): readonly number[] {
  const known = starts.get(source);
  if (known !== undefined) return known;
  const { text } = source;
  const lines = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  starts.set(source, lines);
  return lines;
}
