import { greatest, least } from './extremes.js';
import type { Fix, TextEdit } from './finding.js';

/** A text after fixes, and which of them are in it. */
export interface FixedText {
  readonly text: string;
  readonly applied: readonly Fix[];
}

/**
 * Applies fixes to a text. A fix is applied whole or not at all; where two reach into one stretch of text, the one that
 * begins first wins and the other waits for another run. Everything between the edits stays as it is, line ends and
 * comments included.
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

/** Applies edits that do not overlap, from the last to the first, so that offsets stay right. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let rest = text.length;
  const parts: string[] = [];
  for (const edit of [...edits].sort((a, b) => b.startOffset - a.startOffset || b.endOffset - a.endOffset)) {
    parts.push(text.slice(edit.endOffset, rest), edit.text);
    rest = edit.startOffset;
  }
  parts.push(text.slice(0, rest));
  return parts.reverse().join('');
}

/** A fix as one edit: what lies between its edits is repeated. For formats that know a single replaced range only. */
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

/** Insertions at one place overlap: their order would be a guess. */
function overlap(a: Span, b: Span): boolean {
  if (a.startOffset === b.startOffset) return true;
  return a.startOffset < b.endOffset && b.startOffset < a.endOffset;
}
