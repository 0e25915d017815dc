import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { wrapRule } from '../diagnostics/layout.js';
import { coloured, printable } from '../diagnostics/terminal.js';

/**
 * Texts that differ in more lines than this are shown as one replaced block, because finding the shortest edit script
 * takes quadratic time.
 */
const mostEdits = 2000;
const context = 3;

/** The names of the two sides, and the headings of hunks. */
interface UnifiedOptions {
  readonly from: string;
  readonly to: string;
  /** The text after a hunk's `@@`, made from the lines that it removes and adds (without their sign); `''` for none. */
  readonly section?: (lines: readonly string[]) => string;
  /** Colours like those of diff and git. */
  readonly colour?: boolean;
  /** Columns of the terminal that shows it; lines are never broken where there is none. */
  readonly width?: number | undefined;
}

/**
 * The unified diff of two texts as `diff -u` prints it; `''` if they are equal. Never takes more than about a second.
 */
export function unifiedDiff(before: string, after: string, options: UnifiedOptions): string {
  if (before === after) return '';
  const colour = options.colour === true ? colourOf : (): number => 0;
  const printed = (line: string): string =>
    wrapRule(line, options.width)
      .map((part) => `${painted(part, colour(line))}\n`)
      .join('');
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

/** Other line ends and invisible characters are differences, too. */
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

/** Everything between the common first and last lines, as one hunk. */
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

/** An empty range has the number of the line before it; a range of one line omits its length. */
function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}

function colourOf(line: string): number {
  return line.startsWith('@@') ? 36 : line.startsWith('-') ? 31 : line.startsWith('+') ? 32 : 0;
}

function painted(text: string, colour: number): string {
  return colour === 0 ? text : coloured(text, colour);
}
