import type { Span } from './tree.js';

/**
 * Thrown by the fast YAML parser when it meets something that it does not support. A single shared value, because it
 * carries no data.
 */
export const giveUp = new Error('not common YAML');

/** A position in a YAML document that moves from line to line; the parts of the fast parser share it. */
export class Cursor {
  at: number;
  /** The start of the line. */
  lineStart: number;
  /** The indentation of the current line; -1 at the end of the document. */
  indent = -1;
  /** Just after the content before the current line. */
  previousEnd: number;
  /** The number of empty lines skipped before the current line, and whether a comment was skipped. */
  emptyLines = 0;
  sawComment = false;
  /** The start of the last key. */
  keyStart = 0;
  keyEnd = 0;
  readonly end: number;

  constructor(
    readonly text: string,
    { start, end }: Span,
  ) {
    this.at = start;
    this.lineStart = start;
    this.previousEnd = start;
    this.end = end;
  }

  character(): number {
    return this.at < this.end ? this.text.charCodeAt(this.at) : -1;
  }

  /** Skips the optional `---` at the start of the document and moves to the first line. */
  skipMarker(): void {
    if (this.text.startsWith('---', this.at) && this.blankAt(this.at + 3)) {
      this.at += 3;
      this.endLine();
    } else {
      if (this.text.startsWith('...', this.at)) throw giveUp;
      this.firstLine();
    }
  }

  /** Whether there is a dash here that begins an item. */
  atDash(): boolean {
    return this.character() === 0x2d && this.blankAt(this.at + 1);
  }

  /** Whether there is white space or the end at an offset. */
  blankAt(offset: number): boolean {
    if (offset >= this.end) return true;
    const character = this.text.charCodeAt(offset);
    return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
  }

  /**
   * Skips blanks; true if content follows on this line, false if only a comment or the line's end does. After quotes,
   * brackets and the head of a block scalar a comment needs no blank before it (`isEnded`).
   */
  skipToContent(isEnded = false): boolean {
    const from = isEnded ? this.at - 1 : this.at;
    const { text, end } = this;
    let at = this.at;
    while (at < end && text.charCodeAt(at) === 0x20) at++;
    const character = at < end ? text.charCodeAt(at) : 0x0a;
    if (character === 0x09) throw giveUp;
    if (character === 0x0a || character === 0x0d || (character === 0x23 && at > from)) return false;
    this.at = at;
    return true;
  }

  /** After a value: only a comment may follow on the line. */
  endLine(): void {
    if (this.skipToContent(true)) throw giveUp;
    this.nextLine();
  }

  /** From a line's trailing blanks or comment to the next line with content. */
  nextLine(): void {
    this.previousEnd = this.at;
    this.emptyLines = 0;
    const newline = this.text.indexOf('\n', this.at);
    this.sawComment = this.hasComment(newline);
    if (newline === -1 || newline >= this.end) this.finish();
    else this.toContent(newline + 1);
  }

  private firstLine(): void {
    this.toContent(this.at);
  }

  private hasComment(newline: number): boolean {
    let at = this.at;
    while (this.text.charCodeAt(at) === 0x20) at++;
    return at < (newline === -1 ? this.end : newline) && this.text.charCodeAt(at) === 0x23;
  }

  /** From a line's start to its content, or to that of the next line with content. */
  toContent(from: number): void {
    const { text, end } = this;
    let start = from;
    for (;;) {
      let at = start;
      while (at < end && text.charCodeAt(at) === 0x20) at++;
      if (at >= end) {
        this.finish();
        return;
      }
      const character = text.charCodeAt(at);
      if (character === 0x09) throw giveUp;
      const comment = character === 0x23;
      if (!comment && character !== 0x0a && character !== 0x0d) {
        this.at = at;
        this.lineStart = start;
        this.indent = at - start;
        return;
      }
      if (comment) this.sawComment = true;
      else this.emptyLines++;
      const newline = text.indexOf('\n', at);
      if (newline === -1 || newline >= end) {
        this.finish();
        return;
      }
      start = newline + 1;
    }
  }

  private finish(): void {
    this.at = this.end;
    this.indent = -1;
  }
}
