import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { printable } from '../diagnostics/terminal.js';

/**
 * Texts that differ in more lines than this are shown as one block replaced by another: finding the shortest script
 * costs its square.
 */
const mostEdits = 2000;
const context = 3;

/** How the two sides are called, and what their hunks are about. */
export interface UnifiedOptions {
  readonly from: string;
  readonly to: string;
  /**
   * What stands behind a hunk's `@@`, made from the lines that it removes and adds (without their sign); `''` for
   * nothing.
   */
  readonly section?: (lines: readonly string[]) => string;
  /** Colours as diff and git have them. */
  readonly colour?: boolean;
}

/**
 * The unified diff of two texts as `diff -u` prints it; `''` where they are equal. Never takes more than about a
 * second.
 */
export function unifiedDiff(before: string, after: string, options: UnifiedOptions): string {
  if (before === after) return '';
  const printed = (line: string): string => `${options.colour === true ? coloured(line) : line}\n`;
  const hunks = hunksOf(before, after).map((hunk) =>
    [headerOf(hunk, options), ...hunk.lines.map(visible)].map(printed).join(''),
  );
  return [printed(`--- ${options.from}`), printed(`+++ ${options.to}`), ...hunks].join('');
}

function headerOf(hunk: StructuredPatchHunk, { section }: UnifiedOptions): string {
  const { oldStart, oldLines, newStart, newLines, lines } = hunk;
  const about = printable(section?.(lines.filter((line) => /^[-+]/.test(line)).map((line) => line.slice(1))) ?? '');
  return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@${about === '' ? '' : ` ${about}`}`;
}

/** Line ends of another system and characters that nobody sees make differences, too. */
function visible(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

function hunksOf(before: string, after: string): readonly StructuredPatchHunk[] {
  return (
    structuredPatch('', '', before, after, '', '', { context, maxEditLength: mostEdits })?.hunks ?? [
      replacement(before, after),
    ]
  );
}

/** All between the lines that both texts begin and end with, as one hunk. */
function replacement(before: string, after: string): StructuredPatchHunk {
  const [old, recent] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, recent.length);
  let start = 0;
  while (start < shorter && old[start] === recent[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === recent.at(-1 - end)) end++;
  const [removed, added] = [old.slice(start, old.length - end), recent.slice(start, recent.length - end)];
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return { oldStart: start + 1, oldLines: removed.length, newStart: start + 1, newLines: added.length, lines };
}

/** An empty range names the line before it; a range of one line leaves its length out. */
function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}

function coloured(line: string): string {
  const colour = line.startsWith('@@') ? 36 : line.startsWith('-') ? 31 : line.startsWith('+') ? 32 : 0;
  return colour === 0 ? line : `\u001b[${colour}m${line}\u001b[0m`;
}
