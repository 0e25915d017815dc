import { giveUp, type Cursor } from './cursor.js';
import { escapes } from './escapes.js';

/** Characters that cannot begin a plain scalar. `-`, `?` and `:` can if no blank follows, but only `-` is common. */
const indicators = new Set(Array.from('?:,[]{}#&*!|>\'"%@`', (character) => character.charCodeAt(0)));

/** Scalars of YAML in the styles that the fast parser supports. Each method moves the cursor past what it reads. */
export class CommonScalars {
  constructor(private readonly cursor: Cursor) {}

  /** A plain key and its colon; undefined if the line has none (the cursor is then unchanged). */
  plainKey(): string | undefined {
    const { cursor } = this;
    const { text, end, at: start } = cursor;
    this.checkPlainStart();
    for (let at = start; at < end; at++) {
      const character = text.charCodeAt(at);
      if (character === 0x3a && cursor.blankAt(at + 1)) return this.keyUpTo(at);
      if (character === 0x0a || (character === 0x23 && text.charCodeAt(at - 1) === 0x20)) return undefined;
      if (character === 0x09) throw giveUp;
    }
    return undefined;
  }

  private keyUpTo(colon: number): string {
    const { cursor } = this;
    let keyEnd = colon;
    while (cursor.text.charCodeAt(keyEnd - 1) === 0x20) keyEnd--;
    if (colon - cursor.at > 1000) throw giveUp;
    cursor.keyStart = cursor.at;
    cursor.keyEnd = keyEnd;
    cursor.at = colon + 1;
    return cursor.text.slice(cursor.keyStart, keyEnd);
  }

  /** A quoted key and its colon; undefined if the quoted text is not a key. */
  quotedKey(quote: number): string | undefined {
    const { cursor } = this;
    const start = cursor.at;
    const key = this.quoted(quote);
    const keyEnd = cursor.at;
    let colon = keyEnd;
    while (cursor.text.charCodeAt(colon) === 0x20) colon++;
    if (colon >= cursor.end || cursor.text.charCodeAt(colon) !== 0x3a || !cursor.blankAt(colon + 1)) return undefined;
    if (colon - start > 1000 || cursor.text.slice(start, keyEnd).includes('\n')) throw giveUp;
    cursor.keyStart = start;
    cursor.keyEnd = keyEnd;
    cursor.at = colon + 1;
    return key;
  }

  /**
   * A plain scalar, including continuation lines that are indented deeper than `parent`. Moves the cursor to the line
   * after it.
   */
  plain(parent: number): string {
    const { cursor } = this;
    this.checkPlainStart();
    let text = this.plainLine();
    cursor.nextLine();
    while (cursor.indent > parent) {
      if (cursor.sawComment) throw giveUp;
      text += cursor.emptyLines === 0 ? ' ' : '\n'.repeat(cursor.emptyLines);
      text += this.plainLine();
      cursor.nextLine();
    }
    return text;
  }

  private plainLine(): string {
    const { cursor } = this;
    const { text, end, at: start } = cursor;
    let at = start;
    for (; at < end; at++) {
      const character = text.charCodeAt(at);
      if (character === 0x0a) break;
      if (character === 0x3a && cursor.blankAt(at + 1)) throw giveUp;
      if (character === 0x23 && text.charCodeAt(at - 1) === 0x20) break;
      if (character === 0x09) throw giveUp;
    }
    while (at > start && (text.charCodeAt(at - 1) === 0x20 || text.charCodeAt(at - 1) === 0x0d)) at--;
    cursor.at = at;
    return text.slice(start, at);
  }

  private checkPlainStart(): void {
    const { cursor } = this;
    const first = cursor.character();
    if (indicators.has(first) || (first === 0x2d && cursor.blankAt(cursor.at + 1))) throw giveUp;
  }

  /** The content of quotes; moves the cursor just past them. */
  quoted(quote: number): string {
    return quote === 0x27 ? this.single() : this.double();
  }

  private single(): string {
    const { cursor } = this;
    const { text, end } = cursor;
    const start = cursor.at + 1;
    let close = text.indexOf("'", start);
    let doubled = false;
    while (close !== -1 && close < end && text.charCodeAt(close + 1) === 0x27) {
      doubled = true;
      close = text.indexOf("'", close + 2);
    }
    if (close === -1 || close >= end) throw giveUp;
    cursor.at = close + 1;
    const content = folded(text.slice(start, close));
    return doubled ? content.replaceAll("''", "'") : content;
  }

  private double(): string {
    const { cursor } = this;
    const { text, end } = cursor;
    const start = cursor.at + 1;
    let close = start;
    let escapes = false;
    for (; close < end; close++) {
      const character = text.charCodeAt(close);
      if (character === 0x22) break;
      if (character === 0x5c) {
        escapes = true;
        close++;
      }
    }
    if (close >= end) throw giveUp;
    cursor.at = close + 1;
    const content = text.slice(start, close);
    if (!escapes) return folded(content);
    return foldedEscapes(content).replace(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^])/g, unescape);
  }
}

/**
 * Line breaks in quotes: a single one becomes a space, each further one a line break; blanks around them are removed.
 */
function folded(content: string): string {
  if (!content.includes('\n')) return content;
  const lines = content.split('\n');
  let text = '';
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    const trimmed = withoutBlanks(line, index > 0, index < lines.length - 1);
    if (index > 0) breaks++;
    if (trimmed === '' && index > 0 && index < lines.length - 1) continue;
    if (breaks > 0) text += breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
    text += trimmed;
    breaks = 0;
  }
  return text;
}

/**
 * The same for double quotes; escapes are kept: a backslash at the end of a line removes the line break, and one before
 * a blank keeps the blank (yaml_parser_scan_flow_scalar of go-yaml).
 */
function foldedEscapes(content: string): string {
  if (!content.includes('\n')) return content;
  const lines = content.split('\n');
  let text = '';
  let breaks = 0;
  let joined = false;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const { rest, escapesBreak } = lineOfEscapes(line, index > 0, isLast);
    if (index > 0) breaks++;
    if (rest === '' && !escapesBreak && index > 0 && !isLast) continue;
    if (breaks > 0) text += joined ? '\n'.repeat(breaks - 1) : breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
    text += rest;
    breaks = 0;
    joined = escapesBreak;
  }
  return text;
}

function lineOfEscapes(
  line: string,
  isContinued: boolean,
  isLast: boolean,
): { readonly rest: string; readonly escapesBreak: boolean } {
  const whole = withoutBlanks(line, isContinued, false);
  if (isLast) return { rest: whole, escapesBreak: false };
  const withoutReturn = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  if (endsInEscape(withoutReturn)) return { rest: withoutReturn.slice(0, -1), escapesBreak: true };
  const trimmed = withoutBlanks(withoutReturn, false, true);
  return { rest: endsInEscape(trimmed) ? withoutReturn.slice(0, trimmed.length + 1) : trimmed, escapesBreak: false };
}

/** Whether the last backslash of a text escapes the next character. */
function endsInEscape(text: string): boolean {
  let at = text.length;
  while (text.charCodeAt(at - 1) === 0x5c) at--;
  return (text.length - at) % 2 === 1;
}

function withoutBlanks(line: string, before: boolean, behind: boolean): string {
  let start = 0;
  let end = line.length;
  while (before && start < end && isBlank(line.charCodeAt(start))) start++;
  while (behind && end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x09 || character === 0x0d;
}

function unescape(escape: string): string {
  if (escape.length > 2) {
    const code = Number.parseInt(escape.slice(2), 16);
    if (code >= 0xd800 && code < 0xe000) throw giveUp;
    return String.fromCharCode(code);
  }
  const character = escapes[escape.charAt(1)];
  if (character === undefined || escape.length < 2) throw giveUp;
  return character;
}
