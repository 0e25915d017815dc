import { escapeInvisible } from './invisible.js';

/** A source line prepared for a terminal, and the line of carets below it. */
interface Excerpt {
  readonly text: string;
  readonly carets: string;
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

const tab = '    ';
/** How many characters on either side of the caret are considered: a line can be a megabyte long. */
const farthest = 1000;

/**
 * The part of `line` that fits into `width` terminal columns, with carets under the UTF-16 columns from `start` up to
 * `end` (counted from 1, `end` excluded). Text that does not fit is replaced by `…` at the ends. Tabs become four
 * columns, invisible characters `\u{…}`.
 */
export function excerpt(line: string, start: number, end: number, width: number): Excerpt {
  const from = Math.min(start, line.length + 1) - 1;
  const to = Math.max(from, Math.min(end - 1, line.length));
  const marked = takeStart(cells(line.slice(from, Math.min(to, from + farthest))), Math.ceil(width * 0.6));
  const before = cells(line.slice(Math.max(0, from - farthest), from));
  const after = marked.cut ? [] : cells(line.slice(to, to + farthest));
  const room = width - widthOf(marked.cells);
  const left = takeEnd(before, Math.max(Math.floor(room / 2), room - widthOf(after)));
  const right = takeStart(after, room - widthOf(left));
  const text = textOf([...left, ...marked.cells, ...right.cells]).trimEnd();
  return { text, carets: ' '.repeat(widthOf(left)) + '^'.repeat(Math.max(1, widthOf(marked.cells))) };
}

function cells(text: string): Cell[] {
  return Array.from(text, cell);
}

function cell(character: string): Cell {
  if (character >= ' ' && character <= '~') return { text: character, width: 1 };
  if (character === '\t') return { text: tab, width: tab.length };
  const text = escapeInvisible(character);
  return { text, width: text === character ? displayWidth(character) : text.length };
}

function takeStart(all: readonly Cell[], width: number): { cells: readonly Cell[]; cut: boolean } {
  if (widthOf(all) <= width) return { cells: all, cut: false };
  const kept: Cell[] = [];
  let room = width - 1;
  for (const next of all) {
    room -= next.width;
    if (room < 0) break;
    kept.push(next);
  }
  return { cells: [...kept, { text: '…', width: 1 }], cut: true };
}

function takeEnd(all: readonly Cell[], width: number): readonly Cell[] {
  return takeStart([...all].reverse(), width).cells.toReversed();
}

function widthOf(all: readonly Cell[]): number {
  return all.reduce((sum, { width }) => sum + width, 0);
}

function textOf(all: readonly Cell[]): string {
  return all.map(({ text }) => text).join('');
}

/**
 * Terminal columns of one character: 0 for combining marks, 2 for East Asian wide and full-width characters and emoji
 * (the blocks of Unicode's EastAsianWidth on which terminals agree), otherwise 1.
 */
export function displayWidth(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
