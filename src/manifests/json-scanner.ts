import { quote } from '../diagnostics/quote.js';
import { deepest } from './outcome.js';
import type { SourceEntry, SourceItem, SourceNode, Span } from './tree.js';

/** Where and why a text is not JSON. Thrown by the scanner, caught by its callers within this folder. */
export class JsonFailure extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

type OnDuplicate = (key: string, second: Span, first: number, path: readonly (string | number)[]) => void;

/**
 * Scans one JSON value and returns the places of its nodes; if only the value is needed, `JSON.parse` is faster. With
 * `trailing`, more text may follow the value.
 */
export function scanJson(text: string, span: Span, onDuplicate?: OnDuplicate, trailing = false): SourceNode {
  const scanner = new Scanner(text, span.start, span.end, onDuplicate);
  const node = scanner.value();
  if (!trailing) scanner.expectEnd();
  return node;
}

const literal = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex -- JSON forbids them

class Scanner {
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly text: string,
    private at: number,
    private readonly end: number,
    private readonly onDuplicate?: OnDuplicate,
  ) {}

  value(): SourceNode {
    this.space();
    const character = this.text.charAt(this.at);
    if (this.path.length >= deepest && (character === '{' || character === '[')) {
      throw new JsonFailure(this.at, `Nested more than ${deepest} levels deep, which no Kubernetes object is.`);
    }
    if (character === '{') return this.object();
    if (character === '[') return this.array();
    const start = this.at;
    if (character === '"')
      return { start, end: this.string(), scalar: { text: this.textOf(start, this.at), style: 'quoted' } };
    const match = this.match(literal);
    if (match === undefined) throw this.failure('a value is expected');
    return { start, end: this.at, scalar: { text: match, style: 'plain' } };
  }

  expectEnd(): void {
    this.space();
    if (this.at < this.end) throw this.failure('the end of the text is expected');
  }

  private object(): SourceNode {
    const start = this.at++;
    const entries = new Map<string, SourceEntry>();
    if (this.next() === '}') return { start, end: ++this.at, entries };
    do {
      this.space();
      this.entry(entries);
    } while (this.separator('}'));
    return { start, end: this.at, entries };
  }

  private entry(entries: Map<string, SourceEntry>): void {
    const keyStart = this.at;
    if (this.text.charAt(this.at) !== '"') throw this.failure('a key in double quotes is expected');
    const keyEnd = this.string();
    const key = this.textOf(keyStart, keyEnd);
    if (this.next() !== ':') throw this.failure('a colon is expected');
    this.at++;
    this.path.push(key);
    const first = entries.get(key);
    if (first !== undefined) this.onDuplicate?.(key, { start: keyStart, end: keyEnd }, first.keyStart, [...this.path]);
    entries.set(key, { keyStart, keyEnd, node: this.value() });
    this.path.pop();
  }

  private array(): SourceNode {
    const start = this.at++;
    const items: SourceItem[] = [];
    if (this.next() === ']') return { start, end: ++this.at, items };
    do {
      this.path.push(items.length);
      const node = this.value();
      items.push({ start: node.start, node });
      this.path.pop();
    } while (this.separator(']'));
    return { start, end: this.at, items };
  }

  /** Whether another member follows. */
  private separator(close: string): boolean {
    const character = this.next();
    if (character !== ',' && character !== close) throw this.failure(`a comma or ${close} is expected`);
    this.at++;
    return character === ',';
  }

  private string(): number {
    if (this.match(string) === undefined)
      throw this.failure('a string is not closed on its line, or holds an escape that JSON does not have');
    return this.at;
  }

  private textOf(start: number, end: number): string {
    const raw = this.text.slice(start + 1, end - 1);
    return raw.includes('\\') ? (JSON.parse(this.text.slice(start, end)) as string) : raw;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private next(): string {
    this.space();
    return this.text.charAt(this.at);
  }

  private space(): void {
    for (; this.at < this.end; this.at++) {
      const character = this.text.charCodeAt(this.at);
      if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return;
    }
  }

  private failure(message: string): JsonFailure {
    const rest = this.text.slice(this.at, Math.min(this.end, this.at + 20)).split('\n')[0] ?? '';
    const found = this.at >= this.end ? 'the text ends' : `${quote(rest)} is`;
    return new JsonFailure(Math.min(this.at, this.text.length), `This is not JSON: ${message}, but ${found} here.`);
  }
}
