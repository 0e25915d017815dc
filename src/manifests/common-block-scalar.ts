import { giveUp, type Cursor } from './cursor.js';

/** The indicators after `|` or `>`. */
interface BlockHeader {
  readonly folded: boolean;
  /** `-` removes all trailing line breaks, `+` keeps all, neither keeps one. */
  readonly chomping: '' | '-' | '+';
  /** The text's indentation relative to its parent; 0 if it is determined from the text itself. */
  readonly indentation: number;
}

/** Literal (`|`) and folded (`>`) scalars. */
export class BlockScalarReader {
  constructor(private readonly cursor: Cursor) {}

  /** Reads from the indicator on; moves the cursor to the line after the text. */
  read(parent: number): string {
    const { cursor } = this;
    const header = blockHeader(cursor);
    const { text, end } = cursor;
    const newline = text.indexOf('\n', cursor.at);
    const first = newline === -1 || newline >= end ? end : newline + 1;
    const indent = header.indentation > 0 ? Math.max(parent, 0) + header.indentation : this.blockIndent(first, parent);
    const lines = this.blockLines(first, indent);
    return assembled(lines, header, cursor.previousEnd === end && text.charCodeAt(end - 1) !== 0x0a);
  }

  /** The indentation of the first line with content; empty lines before it must not be indented deeper. */
  private blockIndent(first: number, parent: number): number {
    const { text, end } = this.cursor;
    let widest = 0;
    for (let start = first; start < end;) {
      let at = start;
      while (at < end && text.charCodeAt(at) === 0x20) at++;
      const character = at < end ? text.charCodeAt(at) : 0x0a;
      if (character === 0x09) throw giveUp;
      if (character !== 0x0a && character !== 0x0d) {
        const indent = Math.max(at - start, parent + 1, 1);
        if (widest > indent) throw giveUp;
        return indent;
      }
      widest = Math.max(widest, at - start);
      start = at + (character === 0x0d ? 2 : 1);
    }
    return Math.max(widest, parent + 1, 1);
  }

  private blockLines(first: number, indent: number): string[] {
    const { cursor } = this;
    const { text, end } = cursor;
    const lines: string[] = [];
    let start = first;
    cursor.previousEnd = Math.max(cursor.at, first - 1);
    while (start < end) {
      let at = start;
      while (at < end && at - start < indent && text.charCodeAt(at) === 0x20) at++;
      const newline = text.indexOf('\n', at);
      const terminated = newline !== -1 && newline < end;
      let stop = terminated ? newline : end;
      const next = terminated ? newline + 1 : end;
      if (stop > at && text.charCodeAt(stop - 1) === 0x0d) stop--;
      if (at - start < indent && stop > at) {
        if (text.charCodeAt(at) === 0x09) throw giveUp;
        break;
      }
      if (stop > at || terminated) lines.push(text.slice(at, stop));
      if (stop > at) cursor.previousEnd = stop;
      start = next;
    }
    this.settle(start);
    return lines;
  }

  /** Moves to the next content after a block scalar; the scalar's end is kept. */
  private settle(start: number): void {
    const { cursor } = this;
    const { previousEnd } = cursor;
    cursor.toContent(start);
    cursor.previousEnd = previousEnd;
  }
}

/** Reads `|` or `>`, the indicators and the comment after them. */
function blockHeader(cursor: Cursor): BlockHeader {
  const folds = cursor.character() === 0x3e;
  cursor.at++;
  let chomping: '' | '-' | '+' = '';
  let indentation = 0;
  for (; ; cursor.at++) {
    const character = cursor.character();
    if ((character === 0x2b || character === 0x2d) && chomping === '') chomping = character === 0x2b ? '+' : '-';
    else if (character >= 0x31 && character <= 0x39 && indentation === 0) indentation = character - 0x30;
    else break;
  }
  if (cursor.skipToContent(true)) throw giveUp;
  return { folded: folds, chomping, indentation };
}

/**
 * Joins lines by the rules of literal and folded scalars, like libyaml (and so Kubernetes), also at the end of a file.
 */
function assembled(lines: readonly string[], { folded: folds, chomping }: BlockHeader, unterminated: boolean): string {
  let last = lines.length;
  while (last > 0 && lines[last - 1] === '') last--;
  const filled = lines.slice(0, last);
  const content = folds ? foldedBlock(filled) : filled.join('\n');
  if (chomping === '-') return content;
  const own = last > 0 && !(unterminated && last === lines.length) ? '\n' : '';
  return content + own + (chomping === '+' ? '\n'.repeat(lines.length - last) : '');
}

function foldedBlock(lines: readonly string[]): string {
  let text = '';
  let empty = 0;
  let indentedBefore = false;
  let begun = false;
  for (const line of lines) {
    if (line === '') {
      empty++;
      continue;
    }
    const indented = line.startsWith(' ') || line.startsWith('\t');
    if (begun && (indented || indentedBefore)) text += '\n';
    else if (begun && empty === 0) text += ' ';
    text += '\n'.repeat(empty) + line;
    begun = true;
    indentedBefore = indented;
    empty = 0;
  }
  return text;
}
