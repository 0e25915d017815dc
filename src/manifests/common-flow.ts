import type { CommonScalars } from './common-scalars.js';
import { giveUp, type Cursor } from './cursor.js';
import { setKey } from './outcome.js';
import { keyText, resolvePlain } from './scalar.js';
import type { SourceEntry, SourceItem, SourceNode } from './tree.js';
import type { Json } from './types.js';

/** How deeply brackets may be nested before the full parser is used. */
export const deepestFlow = 50;

/** The most characters from the beginning of a key to its colon; less, because some characters count twice here. */
const longestKey = 500;

/** Lists and mappings in brackets, over one line or several. */
export class FlowReader {
  tree: SourceNode | undefined;

  constructor(
    private readonly cursor: Cursor,
    private readonly scalars: CommonScalars,
    private readonly withTree: boolean,
  ) {}

  /** Reads from the opening bracket to just after the closing one. */
  collection(depth: number): Json {
    if (depth >= deepestFlow - 2) throw giveUp;
    return this.cursor.character() === 0x5b ? this.list(depth) : this.mapping(depth);
  }

  private list(depth: number): Json {
    const { cursor } = this;
    const start = cursor.at++;
    const value: Json[] = [];
    const items: SourceItem[] = [];
    while (this.space() !== 0x5d) {
      const at = cursor.at;
      value.push(this.node(depth));
      if (this.withTree) items.push({ start: at, node: this.tree ?? { start: at, end: at } });
      if (this.space() === 0x2c) cursor.at++;
      else if (cursor.character() !== 0x5d) throw giveUp;
    }
    cursor.at++;
    if (this.withTree) this.tree = { start, end: cursor.at, items };
    return value;
  }

  private mapping(depth: number): Json {
    const { cursor } = this;
    const start = cursor.at++;
    const value: Record<string, Json> = {};
    const entries = new Map<string, SourceEntry>();
    while (this.space() !== 0x7d) {
      const keyStart = cursor.at;
      const key = this.key();
      const keyEnd = cursor.at;
      if (Object.hasOwn(value, key)) throw giveUp;
      setKey(value, key, this.valueOf(keyStart, keyEnd, depth));
      if (this.withTree) entries.set(key, { keyStart, keyEnd, node: this.tree ?? { start: keyEnd, end: keyEnd } });
      if (this.space() === 0x2c) cursor.at++;
      else if (cursor.character() !== 0x7d) throw giveUp;
    }
    cursor.at++;
    if (this.withTree) this.tree = { start, end: cursor.at, entries };
    return value;
  }

  private key(): string {
    const first = this.cursor.character();
    if (first === 0x22 || first === 0x27) return this.scalars.quoted(first);
    const plain = this.plain();
    const key = plain === '<<' ? undefined : keyText(resolvePlain(plain), plain);
    if (key === undefined) throw giveUp;
    return key;
  }

  /** The value after a key; null for a key alone. */
  private valueOf(keyStart: number, keyEnd: number, depth: number): Json {
    const next = this.space();
    if (next !== 0x2c && next !== 0x7d) {
      this.colon(keyStart);
      return this.node(depth);
    }
    this.tree = { start: keyEnd, end: keyEnd, scalar: { text: '', style: 'plain' } };
    return null;
  }

  /** A colon and a blank on the line of the key: readers differ about anything else (`{a:1}`). */
  private colon(keyStart: number): void {
    const { cursor } = this;
    if (cursor.at - keyStart > longestKey || cursor.text.slice(keyStart, cursor.at).includes('\n')) throw giveUp;
    if (cursor.character() !== 0x3a || !cursor.blankAt(cursor.at + 1)) throw giveUp;
    cursor.at++;
    this.space();
  }

  private node(depth: number): Json {
    const { cursor } = this;
    const start = cursor.at;
    const first = cursor.character();
    if (first === 0x5b || first === 0x7b) return this.collection(depth + 1);
    const quoted = first === 0x22 || first === 0x27;
    const text = quoted ? this.scalars.quoted(first) : this.plain();
    if (this.withTree) this.tree = { start, end: cursor.at, scalar: { text, style: quoted ? 'quoted' : 'plain' } };
    const value = quoted ? text : resolvePlain(text);
    if (typeof value === 'number' && !Number.isFinite(value)) throw giveUp;
    return value;
  }

  /**
   * A plain scalar on one line. If it continues on the next line, no bracket or comma follows, and reading gives up.
   */
  private plain(): string {
    const { cursor } = this;
    const { text, end, at: start } = cursor;
    if (!/[A-Za-z0-9_./$(^~<=\\+-]/.test(text.charAt(start)) || cursor.atDash()) throw giveUp;
    let at = start;
    for (; at < end; at++) {
      const character = text.charCodeAt(at);
      if (character === 0x2c || character === 0x5d || character === 0x7d || character === 0x0a || character === 0x0d)
        break;
      if (character === 0x5b || character === 0x7b || character === 0x3f || character === 0x09) throw giveUp;
      if (character === 0x23 && text.charCodeAt(at - 1) === 0x20) break;
      if (character === 0x3a && (cursor.blankAt(at + 1) || /[,[\]{}]/.test(text.charAt(at + 1)))) break;
    }
    while (at > start && text.charCodeAt(at - 1) === 0x20) at--;
    cursor.at = at;
    return text.slice(start, at);
  }

  /**
   * Skips blanks, line breaks and comments; returns the character that follows. Whether a tab may begin a line depends on
   * the token before it.
   */
  private space(): number {
    const { cursor } = this;
    const { text, end } = cursor;
    let isOtherLine = false;
    for (; cursor.at < end; cursor.at++) {
      const character = text.charCodeAt(cursor.at);
      if (character === 0x23) {
        const newline = text.indexOf('\n', cursor.at);
        if (newline === -1 || newline >= end) throw giveUp;
        cursor.at = newline;
        isOtherLine = true;
      } else if (character === 0x0a) isOtherLine = true;
      else if (character === 0x09 && isOtherLine) throw giveUp;
      else if (character !== 0x20 && character !== 0x0d && character !== 0x09) return character;
    }
    throw giveUp;
  }
}
