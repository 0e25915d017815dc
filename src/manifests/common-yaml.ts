import { BlockScalarReader } from './common-block-scalar.js';
import { CommonScalars } from './common-scalars.js';
import { deepestFlow, FlowReader } from './common-flow.js';
import { Cursor, giveUp } from './cursor.js';
import { deepest, setKey, type ReadOutcome } from './outcome.js';
import { keyText, resolvePlain } from './scalar.js';
import type { SourceEntry, SourceItem, SourceNode, Span } from './tree.js';
import type { Json } from './types.js';

/** Characters that require the full parser: control characters, and line breaks that only YAML 1.1 has. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unusual = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/;

/**
 * Parses the subset of YAML that most manifests use, about ten times as fast as the full parser: block mappings and
 * sequences, plain, quoted and block scalars, lists and mappings in brackets. Undefined for everything else (anchors,
 * aliases, merge keys, tags, complex keys, duplicate keys) and for every mistake: the full parser handles and explains
 * those. Like Kubernetes' own parser it ignores the indentation of inner lines of quotes and brackets.
 */
export function readCommonYaml(text: string, span: Span, withTree = false): ReadOutcome | undefined {
  if (unusual.test(span.start === 0 && span.end === text.length ? text : text.slice(span.start, span.end)))
    return undefined;
  if (text.startsWith('...', span.end - 3) && /[\r\n]/.test(text.charAt(span.end - 4))) return undefined;
  try {
    const reader = new CommonReader(new Cursor(text, span), withTree);
    return { value: reader.document(), problems: [], tree: reader.tree };
  } catch (error) {
    if (error === giveUp) return undefined;
    throw error;
  }
}

class CommonReader {
  /** Of the last value, if trees were requested. */
  tree: SourceNode | undefined;
  private depth = 0;
  private readonly scalars: CommonScalars;
  private readonly blocks: BlockScalarReader;
  private readonly flow: FlowReader;

  constructor(
    private readonly cursor: Cursor,
    private readonly withTree: boolean,
  ) {
    this.scalars = new CommonScalars(cursor);
    this.blocks = new BlockScalarReader(cursor);
    this.flow = new FlowReader(cursor, this.scalars, withTree);
  }

  document(): Json {
    const { cursor } = this;
    cursor.skipMarker();
    const value = this.block(cursor.indent, -1);
    if (cursor.indent !== -1) throw giveUp;
    return value;
  }

  /**
   * The block at the cursor, which begins its line with indentation `indent`; `parent` is the indentation of its
   * parent.
   */
  private block(indent: number, parent: number): Json {
    const { cursor } = this;
    if (cursor.atDash()) return this.sequence(indent);
    const key = this.key();
    if (key !== undefined) return this.mapping(indent, key);
    return this.inline(parent);
  }

  private sequence(indent: number): Json {
    const { cursor } = this;
    const value: Json[] = [];
    const items: SourceItem[] | undefined = this.withTree ? [] : undefined;
    const start = cursor.at;
    this.deeper();
    do {
      const dash = cursor.at;
      value.push(this.item(indent));
      items?.push({ start: dash, node: this.nodeAt(dash) });
    } while (cursor.indent === indent && cursor.atDash());
    if (cursor.indent > indent) throw giveUp;
    this.depth--;
    if (items !== undefined) this.tree = { start, end: items.at(-1)?.node.end ?? start, items };
    return value;
  }

  private item(indent: number): Json {
    const { cursor } = this;
    cursor.at++;
    if (cursor.skipToContent()) {
      const column = cursor.at - cursor.lineStart;
      if (cursor.atDash()) return this.sequence(column);
      const key = this.key();
      return key === undefined ? this.inline(indent) : this.mapping(column, key);
    }
    cursor.nextLine();
    if (cursor.indent > indent) return this.block(cursor.indent, indent);
    const isText = cursor.indent === indent && (cursor.character() === 0x7c || cursor.character() === 0x3e);
    return isText ? this.inline(indent) : this.nothing(cursor.previousEnd);
  }

  private mapping(indent: number, firstKey: string): Json {
    const { cursor } = this;
    const value: Record<string, Json> = {};
    const entries = this.withTree ? new Map<string, SourceEntry>() : undefined;
    const start = cursor.keyStart;
    this.deeper();
    for (let key = firstKey; ; key = this.key() ?? abandon()) {
      if (value[key] !== undefined && Object.hasOwn(value, key)) throw giveUp;
      const { keyStart, keyEnd } = cursor;
      const child = this.entryValue(indent);
      setKey(value, key, child);
      entries?.set(key, { keyStart, keyEnd, node: this.nodeAt(keyEnd) });
      if (cursor.indent < indent) break;
      if (cursor.indent > indent || cursor.atDash()) throw giveUp;
    }
    this.depth--;
    if (entries !== undefined) this.tree = { start, end: cursor.previousEnd, entries };
    return value;
  }

  /** The value after `key:`, on the same line or below. */
  private entryValue(indent: number): Json {
    const { cursor } = this;
    if (cursor.skipToContent()) return this.inline(indent);
    const end = cursor.at;
    cursor.nextLine();
    if (cursor.indent > indent) return this.block(cursor.indent, indent);
    if (cursor.indent === indent && cursor.atDash()) return this.sequence(indent);
    // A block scalar may begin in the column of its key.
    if (cursor.indent === indent && (cursor.character() === 0x7c || cursor.character() === 0x3e))
      return this.inline(indent);
    return this.nothing(end);
  }

  /** A value on the line itself: a scalar or brackets. Moves the cursor to the next line. */
  private inline(parent: number): Json {
    const { cursor } = this;
    const start = cursor.at;
    const first = cursor.character();
    if (first === 0x5b || first === 0x7b) {
      const value = this.flow.collection(0);
      this.tree = this.flow.tree;
      cursor.endLine();
      return value;
    }
    if (first === 0x7c || first === 0x3e) return this.scalar(this.blocks.read(parent), start, 'block');
    if (first === 0x22 || first === 0x27) {
      const text = this.scalars.quoted(first);
      const end = cursor.at;
      cursor.endLine();
      return this.scalar(text, start, 'quoted', end);
    }
    const text = this.scalars.plain(parent);
    this.scalar(text, start, 'plain');
    return finite(resolvePlain(text));
  }

  private scalar(
    text: string,
    start: number,
    style: 'plain' | 'quoted' | 'block',
    end = this.cursor.previousEnd,
  ): string {
    if (this.withTree) this.tree = { start, end, scalar: { text, style } };
    return text;
  }

  private nothing(at: number): null {
    if (this.withTree) this.tree = { start: at, end: at, scalar: { text: '', style: 'plain' } };
    return null;
  }

  private nodeAt(offset: number): SourceNode {
    return this.tree ?? { start: offset, end: offset };
  }

  /** The key at the cursor as text; moves the cursor past its colon. Undefined if there is no key. */
  private key(): string | undefined {
    const { cursor } = this;
    const quote = cursor.character();
    if (quote === 0x5b || quote === 0x7b || quote === 0x7c || quote === 0x3e) return undefined;
    if (quote !== 0x22 && quote !== 0x27) {
      const plain = this.scalars.plainKey();
      if (plain === undefined || plain === '<<') return plain === undefined ? undefined : abandon();
      return keyText(resolvePlain(plain), plain) ?? abandon();
    }
    const start = cursor.at;
    const text = this.scalars.quotedKey(quote);
    if (text === undefined) cursor.at = start;
    return text;
  }

  private deeper(): void {
    if (++this.depth > deepest - deepestFlow) throw giveUp;
  }
}

function abandon(): never {
  throw giveUp;
}

function finite<T>(value: T): T {
  if (typeof value === 'number' && !Number.isFinite(value)) throw giveUp;
  return value;
}
