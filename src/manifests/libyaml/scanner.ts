/** From characters to tokens, as libyaml's scanner does it in go-yaml v2 (yaml_parser_fetch_next_token). */
import { scanBlock } from './block-scalar.js';
import { scanAnchor, scanDirective, scanTag } from './names.js';
import { scanPlain, scanQuoted } from './scalars.js';
import type { Source } from './source.js';
import { Mistake, type Token, type TokenType } from './types.js';

/** A place where a key may have begun; a colon after it would prove it. */
interface SimpleKey {
  /** Whether only a key is allowed there. */
  readonly isRequired: boolean;
  /** Which token it would be, counted from the first of the text. */
  readonly token: number;
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

/** The most characters from the beginning of a key to its colon. */
const longestKey = 1024;

/** Characters that cannot begin a plain scalar: indicators, and `%`, `@` and the backquote. */
const indicators = new Set(Array.from('-?:,[]{}#&*!|>\'"%@`', (character) => character.charCodeAt(0)));

export class Scanner {
  /** Tokens that were read and not yet taken. */
  private queue: Token[] = [];
  private head = 0;
  private taken = 0;
  private isKeyAllowed = true;
  private indent = -1;
  private readonly indents: number[] = [];
  /** One for each level of brackets; the first is for text outside brackets. */
  private readonly keys: (SimpleKey | undefined)[] = [undefined];

  constructor(
    private readonly source: Source,
    private readonly mostTokens: number,
  ) {}

  /** The next token, which stays the next until it is taken. */
  peek(): Token {
    while (this.head === this.queue.length || this.mayBecomeKey()) this.fetch();
    return this.queue[this.head] ?? this.sign('stream end', 0);
  }

  take(): Token {
    const token = this.peek();
    this.head++;
    if (++this.taken > this.mostTokens) throw new Mistake('too many tokens', token.start);
    if (this.head === this.queue.length || this.head > 1000) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return token;
  }

  /** Whether a later colon could still insert a key before the next token. */
  private mayBecomeKey(): boolean {
    for (let level = this.keys.length - 1; level >= 0; level--) {
      const key = this.keys[level];
      if (key?.token === this.taken) return this.validKey(level) !== undefined;
      if (key !== undefined && key.token < this.taken) return false;
    }
    return false;
  }

  private get isFlow(): boolean {
    return this.keys.length > 1;
  }

  private fetch(): void {
    const { source } = this;
    this.skipToToken();
    this.unrollIndent(source.column);
    const code = source.code();
    if (source.isEnd()) this.fetchEnd();
    else if (source.column === 0 && code === 0x25) this.fetchAtMargin(() => scanDirective(source));
    else if (source.atDocumentIndicator())
      this.fetchAtMargin(() => this.sign(code === 0x2d ? 'document start' : 'document end', 3));
    else if (!this.fetchIndicator(code)) this.fetchScalar(code);
  }

  private fetchIndicator(code: number): boolean {
    const { source } = this;
    const isApart = source.isBlankOrEnd(1);
    if (code === 0x5b || code === 0x7b) this.openBracket(code);
    else if (code === 0x5d || code === 0x7d) this.closeBracket(code);
    else if (code === 0x2c) this.fetchFlowEntry();
    else if (code === 0x2d && isApart) this.fetchBlockEntry();
    else if (code === 0x3f && (this.isFlow || isApart)) this.fetchKey();
    else if (code === 0x3a && (this.isFlow || isApart)) this.fetchValue();
    else if (code === 0x2a) this.fetchPart(() => scanAnchor(source, 'alias'));
    else if (code === 0x26) this.fetchPart(() => scanAnchor(source, 'anchor'));
    else if (code === 0x21) this.fetchPart(() => scanTag(source));
    else return false;
    return true;
  }

  private fetchScalar(code: number): void {
    const { source } = this;
    if ((code === 0x7c || code === 0x3e) && !this.isFlow) this.fetchBlockScalar();
    else if (code === 0x22 || code === 0x27) this.fetchPart(() => scanQuoted(source));
    else if (this.beginsPlain(code)) this.fetchPlain();
    else throw new Mistake('found character that cannot start any token', source.at, source.at + 1);
  }

  private beginsPlain(code: number): boolean {
    const { source } = this;
    if (code === 0x2d) return !source.isBlank(1);
    if (!this.isFlow && (code === 0x3f || code === 0x3a)) return !source.isBlankOrEnd(1);
    return !source.isBlankOrEnd() && !indicators.has(code);
  }

  /** Blanks, comments and line breaks; a tab is a blank where no key may begin. */
  private skipToToken(): void {
    const { source } = this;
    for (;;) {
      while (source.code() === 0x20 || (source.code() === 0x09 && (this.isFlow || !this.isKeyAllowed))) source.at++;
      source.skipComment();
      if (!source.isBreak()) return;
      source.readBreak();
      if (!this.isFlow) this.isKeyAllowed = true;
    }
  }

  /** The end of the text also ends the line: no colon can follow. */
  private fetchEnd(): void {
    this.source.line++;
    this.unrollIndent(-1);
    this.dropKey();
    this.isKeyAllowed = false;
    this.push(this.sign('stream end', 0));
  }

  private fetchAtMargin(scan: () => Token): void {
    this.unrollIndent(-1);
    this.dropKey();
    this.isKeyAllowed = false;
    this.push(scan());
  }

  private openBracket(code: number): void {
    this.saveKey();
    this.keys.push(undefined);
    this.isKeyAllowed = true;
    this.push(this.sign(code === 0x5b ? 'flow sequence start' : 'flow mapping start', 1));
  }

  private closeBracket(code: number): void {
    this.dropKey();
    if (this.isFlow) this.keys.pop();
    this.isKeyAllowed = false;
    this.push(this.sign(code === 0x5d ? 'flow sequence end' : 'flow mapping end', 1));
  }

  private fetchFlowEntry(): void {
    this.dropKey();
    this.isKeyAllowed = true;
    this.push(this.sign('flow entry', 1));
  }

  private fetchBlockEntry(): void {
    if (!this.isFlow) this.beginBlock('block sequence start', 'block sequence entries are not allowed in this context');
    this.dropKey();
    this.isKeyAllowed = true;
    this.push(this.sign('block entry', 1));
  }

  private fetchKey(): void {
    if (!this.isFlow) this.beginBlock('block mapping start', 'mapping keys are not allowed in this context');
    this.dropKey();
    this.isKeyAllowed = !this.isFlow;
    this.push(this.sign('key', 1));
  }

  private fetchValue(): void {
    const level = this.keys.length - 1;
    const key = this.validKey(level);
    if (key !== undefined) this.insertKey(key, level);
    else {
      if (!this.isFlow) this.beginBlock('block mapping start', 'mapping values are not allowed in this context');
      this.isKeyAllowed = !this.isFlow;
    }
    this.push(this.sign('value', 1));
  }

  /** A colon turns the node before it into a key, and its collection into a mapping. */
  private insertKey({ token, start, column }: SimpleKey, level: number): void {
    const place = this.head + token - this.taken;
    this.queue.splice(place, 0, { type: 'key', start, end: start });
    if (!this.isFlow && this.rollIndent(column))
      this.queue.splice(place, 0, { type: 'block mapping start', start, end: start });
    this.keys[level] = undefined;
    this.isKeyAllowed = false;
  }

  /** An anchor, alias, tag or quoted scalar: a key may begin with it, but not after it. */
  private fetchPart(scan: () => Token): void {
    this.saveKey();
    this.isKeyAllowed = false;
    this.push(scan());
  }

  private fetchPlain(): void {
    this.saveKey();
    this.isKeyAllowed = false;
    const { endsLine, ...token } = scanPlain(this.source, this.indent + 1, this.isFlow);
    this.push(token);
    if (endsLine) this.isKeyAllowed = true;
  }

  private fetchBlockScalar(): void {
    this.dropKey();
    this.isKeyAllowed = true;
    this.push(scanBlock(this.source, this.indent));
  }

  private beginBlock(
    type: 'block sequence start' | 'block mapping start',
    problem: `${string} are not allowed in this context` & Mistake['problem'],
  ): void {
    const { at, column } = this.source;
    if (!this.isKeyAllowed) throw new Mistake(problem, at, at + 1);
    if (this.rollIndent(column)) this.push({ type, start: at, end: at });
  }

  private rollIndent(column: number): boolean {
    if (this.indent >= column) return false;
    this.indents.push(this.indent);
    this.indent = column;
    return true;
  }

  private unrollIndent(column: number): void {
    if (this.isFlow) return;
    for (; this.indent > column; this.indent = this.indents.pop() ?? -1) this.push(this.sign('block end', 0));
  }

  private saveKey(): void {
    if (!this.isKeyAllowed) return;
    const { source, keys } = this;
    this.dropKey();
    keys[keys.length - 1] = {
      isRequired: !this.isFlow && this.indent === source.column,
      token: this.taken + this.queue.length - this.head,
      start: source.at,
      line: source.line,
      column: source.column,
    };
  }

  private dropKey(): void {
    const key = this.keys.at(-1);
    if (key?.isRequired === true) throw new Mistake('could not find expected colon', key.start, this.source.at);
    this.keys[this.keys.length - 1] = undefined;
  }

  /** The key of a level, while its colon may still come: on the same line, and not too far away. */
  private validKey(level: number): SimpleKey | undefined {
    const key = this.keys[level];
    const { source } = this;
    if (key === undefined || (key.line === source.line && !this.isTooLong(key.start))) return key;
    if (key.isRequired) throw new Mistake('could not find expected colon', key.start, source.at);
    this.keys[level] = undefined;
    return undefined;
  }

  private isTooLong(start: number): boolean {
    const { at, text } = this.source;
    if (at - start <= longestKey) return false;
    return at - start > 2 * longestKey || Array.from(text.slice(start, at)).length > longestKey;
  }

  private sign(type: TokenType, length: number): Token {
    const start = this.source.at;
    this.source.at += length;
    return { type, start, end: this.source.at };
  }

  private push(token: Token): void {
    this.queue.push(token);
  }
}
