import { greatest, least } from './extremes.js';
import type { Fix, TextEdit } from './finding.js';

/** A text after fixes, and the fixes that were applied. */
interface FixedText {
  readonly text: string;
  readonly applied: readonly Fix[];
}

/**
 * Applies fixes to a text. A fix is applied completely or not at all; if two overlap, the one that begins first is
 * applied and the other needs another run. Text between the edits is unchanged, including line ends and comments.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): FixedText {
  const applied: Fix[] = [];
  let last = { startOffset: -1, endOffset: 0 };
  const sound = fixes.filter((fix) => isSound(fix, text)).map((fix) => ({ fix, span: span(fix) }));
  for (const next of sound.sort((a, b) => a.span.startOffset - b.span.startOffset)) {
    if (overlap(last, next.span)) continue;
    applied.push(next.fix);
    last = next.span;
  }
  return {
    text: applyEdits(
      text,
      applied.flatMap((fix) => fix.edits),
    ),
    applied,
  };
}

/** Applies edits that do not overlap, from the last to the first, so that offsets remain valid. */
function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let rest = text.length;
  const parts: string[] = [];
  for (const edit of [...edits].sort((a, b) => b.startOffset - a.startOffset || b.endOffset - a.endOffset)) {
    parts.push(text.slice(edit.endOffset, rest), edit.text);
    rest = edit.startOffset;
  }
  parts.push(text.slice(0, rest));
  return parts.reverse().join('');
}

/**
 * A fix as one edit that repeats the text between its edits: for formats that support only one replaced range.
 * Undefined for a fix with no edits, or with edits that overlap or lie outside the text.
 */
export function singleEdit(text: string, fix: Fix): TextEdit | undefined {
  if (!isSound(fix, text)) return undefined;
  const { startOffset, endOffset } = span(fix);
  const moved = fix.edits.map((edit) => ({
    ...edit,
    startOffset: edit.startOffset - startOffset,
    endOffset: edit.endOffset - startOffset,
  }));
  return { startOffset, endOffset, text: applyEdits(text.slice(startOffset, endOffset), moved) };
}

function isSound(fix: Fix, text: string): boolean {
  return (
    fix.edits.length > 0 &&
    fix.edits.every(
      (edit) => edit.startOffset >= 0 && edit.startOffset <= edit.endOffset && edit.endOffset <= text.length,
    ) &&
    !fix.edits.some((edit, index) => fix.edits.slice(index + 1).some((other) => overlap(edit, other)))
  );
}

interface Span {
  readonly startOffset: number;
  readonly endOffset: number;
}

function span(fix: Fix): Span {
  return {
    startOffset: least(fix.edits.map((edit) => edit.startOffset)),
    endOffset: greatest(fix.edits.map((edit) => edit.endOffset)),
  };
}

/** Two insertions at the same place count as overlapping, because their order is not defined. */
function overlap(a: Span, b: Span): boolean {
  if (a.startOffset === b.startOffset) return true;
  return a.startOffset < b.endOffset && b.startOffset < a.endOffset;
}
