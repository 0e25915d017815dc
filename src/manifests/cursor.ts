import type { Span } from './tree.js';

/**
 * Thrown by the reader of common YAML where it meets something that is not its business. One value: it carries nothing.
 */
export const giveUp = new Error('not common YAML');

/** A place in a YAML document that moves from line to line: what the readers of common YAML share. */
export class Cursor {
  at: number;
  /** Where the line begins. */
  lineStart: number;
  /** How many columns in the current line's content begins; -1 at the end of the document. */
  indent = -1;
  /** Just behind the content before the current line. */
  previousEnd: number;
  /** How many empty lines were passed on the way to the current line, and whether a comment was. */
  emptyLines = 0;
  sawComment = false;
  /** Where the last key stood. */
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

  /** Passes the `---` that the document may begin with, and goes to its first line. */
  skipMarker(): void {
    if (this.text.startsWith('---', this.at)) {
      this.at += 3;
      this.endLine();
    } else {
      this.firstLine();
    }
  }

  /** Whether a dash that makes an item stands here. */
  atDash(): boolean {
    return this.character() === 0x2d && this.blankAt(this.at + 1);
  }

  /** Whether white space or the end stands at an offset. */
  blankAt(offset: number): boolean {
    if (offset >= this.end) return true;
    const character = this.text.charCodeAt(offset);
    return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
  }

  /**
   * Passes blanks; true where content follows on this line, false where only its end or a comment does. Behind quotes,
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

  /** From behind a value: nothing but a comment may follow on the line. */
  endLine(): void {
    if (this.skipToContent(true)) throw giveUp;
    this.nextLine();
  }

  /** From somewhere in a line's blank end or comment to the next line that has content. */
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

  /** From a line's start to its content, or that of the next line which has some. */
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
