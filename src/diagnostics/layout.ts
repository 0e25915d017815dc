/** Lays text out within a terminal's width. Widths are terminal columns; undefined means no limit. */
import { greatest } from './extremes.js';
import { displayWidth } from './excerpt.js';

// eslint-disable-next-line no-control-regex -- escape sequences begin with one
const escapeSequence = /\u001b\[[\d;]*[A-Za-z]/g;

/** Terminal columns of a line, without the escape sequences for colour. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text.replaceAll(escapeSequence, '')).reduce((sum, one) => sum + displayWidth(one), 0);
}

/**
 * Breaks words into lines of at most `width` columns; the first line has its own indentation. A word wider than a line
 * is kept whole, because it may be an address or a rule that users copy.
 */
export function wrapWords(text: string, width = Infinity, first = '', others = first): string[] {
  const lines: string[] = [];
  let line = first;
  let used = columnsOf(first);
  let isEmpty = true;
  for (const word of text.split(' ')) {
    const columns = columnsOf(word);
    if (!isEmpty && used + 1 + columns > width) {
      lines.push(line);
      line = others + word;
      used = columnsOf(others) + columns;
    } else {
      line += isEmpty ? word : ` ${word}`;
      used += columns + (isEmpty ? 0 : 1);
    }
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}

/** A rule, or a line of a diff of rules: what is too long goes on below, indented. Blanks within it stay. */
export function wrapRule(line: string, width: number | undefined): string[] {
  return width === undefined || columnsOf(line) <= width ? [line] : wrapWords(line, width, '', '      ');
}

/**
 * Breaks the indented lines of a text into lines of at most `width` columns. The continuation of a long line begins at
 * a column in its left half (columns are two blanks apart). Lines for which `isVerbatim` is true are left unchanged.
 */
export function fitLines(text: string, width: number | undefined, isVerbatim?: (line: string) => boolean): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .map((line) => (columnsOf(line) <= width || isVerbatim?.(line) === true ? line : fitLine(line, width)))
    .join('\n');
}

function fitLine(line: string, width: number): string {
  const start = hangingColumn(line, width);
  const head = line.slice(0, start);
  const others = ' '.repeat(columnsOf(head));
  const columns = line.slice(start).split(/ {2,}/);
  return columns.flatMap((text, index) => wrapWords(text, width, index === 0 ? head : others, others)).join('\n');
}

/** The column where continuation lines begin: after the last gap in the line's left half. */
function hangingColumn(line: string, width: number): number {
  let column = /^ *(?:(?:[-!>*]|\d+\.) +)?/.exec(line)?.[0].length ?? 0;
  for (const gap of line.matchAll(/ {2,}(?=\S)/g)) {
    const end = gap.index + gap[0].length;
    if (columnsOf(line.slice(0, end)) > width * 0.55) break;
    column = Math.max(column, end);
  }
  return column;
}

const gap = 2;
const below = '    ';

/**
 * Formats rows as a table: columns as wide as their widest cell, two blanks apart, no trailing blanks. If the table is
 * wider than `width`, the widest columns are narrowed and their cells wrapped. If even their longest words do not fit
 * side by side, the last columns are placed below the first ones. Each row is returned as its own list of lines.
 */
export function layRows(rows: readonly (readonly string[])[], width = Infinity): string[][] {
  const count = greatest(
    rows.map((row) => row.length),
    0,
  );
  const columns = Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? ''));
  const beside = fittingColumns(columns, width);
  const kept = columns.slice(0, beside);
  const widths = narrowed(kept, width - gap * (kept.length - 1));
  const laid = rows.map((row) => layRow(row.slice(0, beside), widths));
  if (beside === count) return laid;
  const rest = layRows(
    rows.map((row) => row.slice(beside)),
    width - below.length,
  );
  return laid.map((lines, row) => [...lines, ...(rest[row] ?? []).filter(Boolean).map((line) => below + line)]);
}

/** The lines of `layRows`, one row after the other. */
export function layTable(rows: readonly (readonly string[])[], width = Infinity): string[] {
  return layRows(rows, width).flat();
}

/** How many columns, at least one, fit beside each other if none is narrower than its longest word. */
function fittingColumns(columns: readonly (readonly string[])[], width: number): number {
  let used = -gap;
  const over = columns.findIndex((cells) => (used += gap + longestWord(cells)) > width);
  return over === -1 ? columns.length : Math.max(over, 1);
}

function longestWord(cells: readonly string[]): number {
  return greatest(
    cells.flatMap((cell) => cell.split(' ').map(columnsOf)),
    0,
  );
}

/** The width of each column, so that all fit into `room`. If possible, no column is narrower than its longest word. */
function narrowed(columns: readonly (readonly string[])[], room: number): number[] {
  const widths = columns.map((cells) => greatest(cells.map(columnsOf), 0));
  const words = columns.map(longestWord);
  const sum = (): number => widths.reduce((total, one) => total + one, 0);
  for (let over = sum() - room; over > 0; over = sum() - room) {
    const loose = widths.map((one, index) => (one > (words[index] ?? 0) ? one : 0));
    const widest = loose.indexOf(greatest(loose));
    const least = words[widest] ?? 0;
    const next = greatest(
      loose.filter((_, index) => index !== widest),
      0,
    );
    if ((loose[widest] ?? 0) === 0) break;
    widths[widest] = Math.max(least, (widths[widest] ?? 0) - over, Math.min(next, (widths[widest] ?? 0) - 1));
  }
  return widths;
}

function layRow(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => wrapWords(cell, widths[column]));
  const height = greatest(
    cells.map((lines) => lines.length),
    1,
  );
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => {
        const text = lines[line] ?? '';
        return text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(text)));
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
