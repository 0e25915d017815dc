/** Splits nft's language into tokens with their places. */
import type { Place } from './types.js';

type TokenKind = 'word' | 'string' | 'operator' | 'newline' | 'end' | ';' | ',' | ':' | '=' | '{' | '}' | '(' | ')';

/**
 * Thrown where text is not understood; callers catch it and keep the text. One shared object, because creating an error
 * each time would be slow.
 */
export const notUnderstood = new Error('not understood');

/** A position to which a reader can return. */
interface Bookmark {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly lineStart: number;
}

/** Operators of two characters; each begins with one of `=!<>`. */
const longOperators: ReadonlySet<string> = new Set(['==', '!=', '<=', '>=', '<<', '>>']);

function beginsLong(code: number): boolean {
  return code === 0x21 || (code >= 0x3c && code <= 0x3e);
}

/** By character code: the token kinds of punctuation that is not an operator. */
const signs: (TokenKind | undefined)[] = [];
for (const sign of [';', ',', ':', '=', '{', '}', '(', ')'] as const) signs[sign.charCodeAt(0)] = sign;

/** 1: blank, 2: ends a word. */
const classes = new Uint8Array(128);
classes.fill(2, 0, 0x20);
classes[0x7f] = 2;
for (const blank of ' \t\r\v\f') classes[blank.charCodeAt(0)] = 1;
for (const sign of '\n;,={}()"&|^!<>') classes[sign.charCodeAt(0)] = 2;

/** Reads one text. `kind`, `start` and `end` describe the current token. Reads each character once. */
export class Tokens {
  kind: TokenKind = 'word';
  start = 0;
  end = 0;
  /** Counts from 1. */
  line = 1;
  /** Offset of the line's first character. */
  lineStart = 0;
  /** The position of the last remark (`# …`); `remarkEnd` is 0 before the first. */
  remarkStart = 0;
  remarkEnd = 0;

  constructor(readonly source: string) {
    if (source.startsWith('\ufeff')) this.end = 1;
    this.next();
  }

  /** The text of the token; for a string, without its quotes. */
  get text(): string {
    return this.kind === 'string'
      ? this.source.slice(this.start + 1, this.end - 1)
      : this.source.slice(this.start, this.end);
  }

  get place(): Place {
    return { line: this.line, column: this.start - this.lineStart + 1 };
  }

  /** The remark between the last token and this one (which is the end of the line); empty if there is none. */
  get remark(): string {
    return this.remarkEnd > 0 && this.remarkEnd === this.start
      ? this.source.slice(this.remarkStart, this.remarkEnd)
      : '';
  }

  /** Moves to the next token. */
  next(): void {
    const { source } = this;
    if (this.kind === 'newline') {
      this.line++;
      this.lineStart = this.end;
    }
    let at = this.end;
    for (;;) {
      const code = source.charCodeAt(at);
      if (code < 128 && classes[code] === 1) at++;
      else if (code === 0x23) at = this.skipRemark(at);
      else if (code === 0x5c && source.charCodeAt(at + 1) === 0x0a) {
        at += 2;
        this.line++;
        this.lineStart = at;
      } else break;
    }
    this.start = at;
    this.read(at);
  }

  /** Moves to the first token that is not a line break. */
  skipNewlines(): void {
    while (this.kind === 'newline') this.next();
  }

  /** Skips all statement separators. */
  skipSeparators(): void {
    while (this.kind === 'newline' || this.kind === ';') this.next();
  }

  /** Skips separators; returns whether the block continues. */
  moreInBlock(): boolean {
    this.skipSeparators();
    return this.kind !== '}';
  }

  /** Skips separators; returns whether the text continues. */
  moreInText(): boolean {
    this.skipSeparators();
    return this.kind !== 'end';
  }

  /** Skips separators; returns whether a word follows. */
  wordFollows(): boolean {
    this.skipSeparators();
    return this.kind === 'word';
  }

  /** Whether the current token is of this kind. */
  at(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /** Whether the current token is this word or operator. */
  is(text: string): boolean {
    const { start, source } = this;
    if (this.end - start !== text.length || source.charCodeAt(start) !== text.charCodeAt(0)) return false;
    return this.kind !== 'string' && source.startsWith(text, start);
  }

  /** If the current token is this word, moves on and returns true. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw notUnderstood;
  }

  /** Returns the text of a word and moves on. */
  takeWord(): string {
    if (this.kind !== 'word') throw notUnderstood;
    const { text } = this;
    this.next();
    return text;
  }

  /** Returns the text of a string and moves on. */
  takeString(): string {
    if (this.kind !== 'string') throw notUnderstood;
    const { text } = this;
    this.next();
    return text;
  }

  /** Returns an exactly representable number and moves on. */
  takeNumber(): number {
    if (this.kind !== 'word') throw notUnderstood;
    const { text } = this;
    const number = Number(text);
    if (!/^(?:\d{1,16}|0x[0-9a-f]{1,13})$/i.test(text) || !Number.isSafeInteger(number)) throw notUnderstood;
    this.next();
    return number;
  }

  /** The next word, without moving; empty if the line has no further word. */
  peekWord(): string {
    const { source } = this;
    let start = this.end;
    while (classes[source.charCodeAt(start)] === 1) start++;
    return source.slice(start, this.wordEnd(start));
  }

  /** Whether the next word begins with a lower-case letter, as all names of selectors do. */
  get isBeforeLetter(): boolean {
    const { source } = this;
    let at = this.end;
    while (classes[source.charCodeAt(at)] === 1) at++;
    const code = source.charCodeAt(at);
    return code >= 0x61 && code <= 0x7a;
  }

  /** Whether a rule or property ends here. */
  get atEnd(): boolean {
    const { kind } = this;
    return kind === 'newline' || kind === ';' || kind === '}' || kind === 'end';
  }

  /**
   * Moves to the end of the statement that begins here and returns the offset of its end. Line breaks within braces
   * belong to it, unless the braces are never closed. `stop` is called at each word outside braces.
   */
  skipStatement(stop: () => boolean = () => false): number {
    const bookmark = this.mark();
    const closed = this.skipTo(stop, true);
    if (closed !== undefined) return closed;
    this.reset(bookmark);
    return this.skipTo(stop, false) ?? this.start;
  }

  private skipTo(stop: () => boolean, acrossLines: boolean): number | undefined {
    let depth = 0;
    let { start: end } = this;
    const first = this.start;
    while (this.kind !== 'end' && (this.kind !== 'newline' || (depth > 0 && acrossLines))) {
      if (depth === 0 && (this.atEnd || (this.start > first && stop()))) return end;
      if (this.kind === '{') depth++;
      else if (this.kind === '}') depth--;
      end = this.end;
      this.next();
    }
    return depth > 0 && acrossLines ? undefined : end;
  }

  mark(): Bookmark {
    const { kind, start, end, line, lineStart } = this;
    return { kind, start, end, line, lineStart };
  }

  reset(bookmark: Bookmark): void {
    Object.assign(this, bookmark);
  }

  private read(at: number): void {
    const code = this.source.charCodeAt(at);
    if (code > 127 || classes[code] === 0) {
      if (code !== 0x3a || this.beginsWord(at)) this.set('word', this.wordEnd(at));
      else this.set(':', at + 1);
    } else if (code === 0x0a) this.set('newline', at + 1);
    else if (code === 0x22) this.readString(at);
    else this.readSign(at, code);
  }

  private readSign(at: number, code: number): void {
    const { source } = this;
    if (at >= source.length) this.set('end', at);
    else if (beginsLong(code) && longOperators.has(source.slice(at, at + 2))) this.set('operator', at + 2);
    else this.set(signs[code] ?? 'operator', at + 1);
  }

  /** `:80` and `::1` are words; a single colon is punctuation. */
  private beginsWord(at: number): boolean {
    const code = this.source.charCodeAt(at + 1);
    return code === 0x3a || (code >= 0x30 && code <= 0x39) || code === 0x24;
  }

  private set(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.end = end;
  }

  private wordEnd(start: number): number {
    const { source } = this;
    let end = start;
    for (let code = source.charCodeAt(end); code > 127 || classes[code] === 0; code = source.charCodeAt(end)) end++;
    // `key:` before a blank is a key and a colon; `fe80::` is an address.
    const isKey = source.charCodeAt(end - 1) === 0x3a && source.charCodeAt(end - 2) !== 0x3a && end > start + 1;
    return isKey ? end - 1 : end;
  }

  private readString(at: number): void {
    const { source } = this;
    let end = at + 1;
    // Strings contain no line breaks and no other control characters, because nft would not print them.
    for (let code = source.charCodeAt(end); code >= 0x20 && code !== 0x22 && code !== 0x7f;)
      code = source.charCodeAt(++end);
    if (source[end] === '"') this.set('string', end + 1);
    else this.set('operator', at + 1);
  }

  private skipRemark(at: number): number {
    const newline = this.source.indexOf('\n', at);
    this.remarkStart = at;
    this.remarkEnd = newline < 0 ? this.source.length : newline;
    return this.remarkEnd;
  }
}
