import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { duplicateKey, deepest, setKey, syntaxProblem, type ReadOutcome, type TextProblem } from './outcome.js';
import { keyText, resolvePlain } from './scalar.js';
import type { SourceEntry, SourceItem, SourceNode, Span } from './tree.js';
import type { Json, ScalarSource } from './types.js';
import { isAlias, isMap, isPair, isScalar, isSeq } from './yaml-library.js';

/** How many nodes a document may have after its aliases are expanded; stops a "billion laughs" attack. */
const mostNodes = 2_000_000;

/** A node's value and place; `size` and `height` include expanded aliases. */
interface Interpreted {
  readonly value: Json;
  readonly node: SourceNode;
  readonly size: number;
  readonly height: number;
}

/** Thrown within this file if a document cannot become JSON; always caught here. */
class Refusal extends Error {
  constructor(readonly problem: TextProblem) {
    super(problem.message);
  }
}

/**
 * The JSON that Kubernetes' parser makes from composed YAML nodes: aliases and merge keys expanded, keys converted to
 * text, plain scalars resolved. `shift` is added to every offset; `unterminated`: the end of a text without a final
 * line break.
 */
export function interpret(root: Node, shift: number, unterminated?: number): ReadOutcome {
  const interpreter = new Interpreter(shift, unterminated);
  try {
    const { value, node } = interpreter.node(root, [], 0);
    return { value, tree: node, problems: interpreter.problems };
  } catch (error) {
    if (error instanceof Refusal) return { value: undefined, problems: [error.problem] };
    throw error;
  }
}

class Interpreter {
  readonly problems: TextProblem[] = [];
  private readonly anchors = new Map<string, Interpreted | 'open'>();
  private nodes = 0;

  constructor(
    private readonly shift: number,
    private readonly unterminated: number | undefined,
  ) {}

  node(node: unknown, path: Path, depth: number): Interpreted {
    if (isAlias(node)) return this.alias(node, depth);
    const anchor = (node as (Node & { anchor?: string }) | null)?.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    const result = this.content(node, path, depth);
    if (anchor !== undefined) this.anchors.set(anchor, result);
    return result;
  }

  private content(node: unknown, path: Path, depth: number): Interpreted {
    this.count(1, node);
    if (isMap(node)) return this.mapping(node, path, depth + 1);
    if (isSeq(node)) return this.sequence(node, path, depth + 1);
    if (isScalar(node)) {
      const value = this.scalar(node);
      return { value, node: { ...this.span(node), scalar: scalarSource(node, value) }, size: 1, height: 0 };
    }
    return { value: null, node: { start: this.shift, end: this.shift }, size: 1, height: 0 };
  }

  /** The place of an alias is where it is written. */
  private alias(alias: Alias, depth: number): Interpreted {
    const found = this.anchors.get(alias.source);
    if (found === undefined) throw this.refuse(alias, unknownAlias(alias.source));
    if (found === 'open')
      throw this.refuse(alias, `The alias *${alias.source} is inside its own anchor, so its value would never end.`);
    this.count(found.size, alias);
    if (depth + found.height > deepest)
      throw this.refuse(alias, `The alias *${alias.source} nests more than ${deepest} levels deep.`);
    return { ...found, node: { ...this.span(alias), target: found.node.target ?? found.node } };
  }

  private sequence(sequence: YAMLSeq, path: Path, depth: number): Interpreted {
    const value: Json[] = [];
    const items: SourceItem[] = [];
    const dashes = dashesOf(sequence);
    let size = 1;
    let height = 0;
    for (const [index, child] of sequence.items.entries()) {
      const item = this.node(child, [...path, index], depth);
      const dash = dashes?.[index];
      value.push(item.value);
      items.push({ start: dash === undefined ? item.node.start : dash + this.shift, node: item.node });
      size += item.size;
      height = Math.max(height, item.height + 1);
    }
    return { value, node: { ...this.span(sequence), items }, size, height };
  }

  private mapping(mapping: YAMLMap, path: Path, depth: number): Interpreted {
    const value: Record<string, Json> = {};
    const entries = new Map<string, SourceEntry>();
    let size = 1;
    let height = 0;
    for (const pair of mapping.items) {
      const merge = isMergeKey(pair.key);
      const key = merge ? '<<' : this.key(pair);
      const child = this.node(pair.value, merge ? path : [...path, key], depth);
      size += child.size;
      height = Math.max(height, child.height + 1);
      const entry = { ...this.keySpan(pair.key, child.node), node: child.node };
      if (merge) this.merge(child, entry, value, entries);
      else this.enter(key, child.value, entry, path, value, entries);
    }
    return { value, node: { ...this.span(mapping), entries }, size, height };
  }

  private enter(
    key: string,
    child: Json,
    entry: SourceEntry,
    path: Path,
    value: Record<string, Json>,
    entries: Map<string, SourceEntry>,
  ): void {
    const first = entries.get(key);
    if (first !== undefined && first.merged !== true)
      this.problems.push(duplicateKey(key, keySpanOf(entry), first.keyStart, [...path, key]));
    setKey(value, key, child);
    entries.set(key, entry);
  }

  /**
   * Entries from `<<` replace entries written above it and are replaced by entries below, like in go-yaml v2; of
   * several merged mappings the first wins.
   */
  private merge(
    child: Interpreted,
    place: SourceEntry,
    value: Record<string, Json>,
    entries: Map<string, SourceEntry>,
  ): void {
    const target = child.node.target ?? child.node;
    const list =
      target.items === undefined
        ? [{ value: child.value, node: target }]
        : target.items.map(({ node }, index) => ({
            value: (child.value as readonly Json[])[index] ?? null,
            node: node.target ?? node,
          }));
    for (const source of list.reverse()) {
      if (source.node.entries === undefined)
        throw this.refuse(place, 'The merge key << takes a mapping, an alias of one, or a list of them.');
      this.count(source.node.entries.size, place);
      for (const [key, entry] of source.node.entries) {
        setKey(value, key, (source.value as Record<string, Json>)[key] ?? null);
        entries.set(key, { keyStart: place.keyStart, keyEnd: place.keyEnd, node: entry.node, merged: true });
      }
    }
  }

  private key(pair: Pair): string {
    const { key } = pair;
    const value = this.keyValue(key);
    const text = value === undefined ? undefined : keyText(value, isScalar(key) ? (key.source ?? '') : String(value));
    if (text === undefined)
      throw this.refuse(
        key,
        'A key of this mapping is not a scalar (a list, a mapping or null), which JSON and Kubernetes cannot hold.',
      );
    return text;
  }

  /** `.inf` is not a JSON number, but is allowed as a key. */
  private keyValue(key: unknown): null | boolean | number | string | undefined {
    const own = isScalar(key) ? scalarValue(key) : undefined;
    if (typeof own === 'number' && !Number.isFinite(own)) return own;
    const value = isAlias(key) || isScalar(key) ? this.node(key, [], 0).value : undefined;
    return typeof value === 'object' && value !== null ? undefined : value;
  }

  private scalar(scalar: Scalar): Json {
    const value = scalarValue(scalar);
    if (value === undefined)
      throw this.refuse(scalar, `${quote(scalar.source ?? '')} is not what its tag ${quote(scalar.tag ?? '')} says.`);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw this.refuse(
        scalar,
        `${quote(scalar.source ?? '')} is a number that JSON does not have, so Kubernetes refuses the document: ` +
          'put it in quotes if text is meant.',
      );
    }
    return this.endsText(scalar) && typeof value === 'string' && value.endsWith('\n') ? value.slice(0, -1) : value;
  }

  /** A block scalar without a final line break does not get one from Kubernetes' parser. */
  private endsText({ type, range }: Scalar): boolean {
    return (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') && range?.[1] === this.unterminated;
  }

  private count(nodes: number, at: unknown): void {
    this.nodes += nodes;
    if (this.nodes > mostNodes)
      throw this.refuse(
        at,
        `The document's aliases stand for more than ${mostNodes} nodes, far beyond what Kubernetes accepts.`,
      );
  }

  private refuse(at: unknown, message: string): Refusal {
    const { start, end } = isNodeLike(at)
      ? this.span(at)
      : isSpan(at)
        ? { start: at.keyStart, end: at.keyEnd }
        : { start: this.shift, end: this.shift };
    return new Refusal(syntaxProblem(start, end, message));
  }

  private span(node: { range?: [number, number, number] | null | undefined }): Span {
    const [start, end] = node.range ?? [0, 0];
    return { start: start + this.shift, end: end + this.shift };
  }

  private keySpan(key: unknown, value: SourceNode): { keyStart: number; keyEnd: number } {
    const { start, end } = isNodeLike(key) ? this.span(key) : value;
    return { keyStart: start, keyEnd: end };
  }
}

function keySpanOf({ keyStart, keyEnd }: SourceEntry): Span {
  return { start: keyStart, end: keyEnd };
}

function unknownAlias(source: string): string {
  const remedy = `put quotes around ${quote(`*${source}`)} if text is meant`;
  return (
    `A * in front of a plain value makes it an alias, and there is no anchor ${quote(`&${source}`)} before it: ` +
    `${remedy}.`
  );
}

/** Undefined if an explicit tag contradicts the text. */
function scalarValue(scalar: Scalar): null | boolean | number | string | undefined {
  const { tag, type } = scalar;
  const text = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  if (tag === undefined) return type === 'PLAIN' ? resolvePlain(text) : text;
  if (tag === 'tag:yaml.org,2002:binary') return decoded(text);
  const expected = /^tag:yaml\.org,2002:(int|float|bool|null)$/.exec(tag)?.[1];
  if (expected === undefined) return text;
  const value = resolvePlain(text);
  return typeOf(value) === expected || (expected === 'float' && typeOf(value) === 'int') ? value : undefined;
}

/** `!!binary` is base64 text; invalid text is rejected. */
function decoded(text: string): string | undefined {
  const compact = text.replace(/\s/g, '');
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)
    ? new TextDecoder().decode(Buffer.from(compact, 'base64'))
    : undefined;
}

function typeOf(value: null | boolean | number | string): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'str';
}

function scalarSource(scalar: Scalar, value: Json): ScalarSource {
  const text = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  if (scalar.type === 'PLAIN') return { text, style: 'plain' };
  if (scalar.type !== 'BLOCK_LITERAL' && scalar.type !== 'BLOCK_FOLDED') return { text, style: 'quoted' };
  return { text: typeof value === 'string' ? value : text, style: 'block' };
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

/** Offsets of a block sequence's dashes, by item. */
function dashesOf(sequence: YAMLSeq): readonly number[] | undefined {
  const token = sequence.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  return token.items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? []);
}

function isNodeLike(value: unknown): value is { range?: [number, number, number] | null } {
  return typeof value === 'object' && value !== null && !isPair(value) && 'range' in value;
}

function isSpan(value: unknown): value is SourceEntry {
  return typeof value === 'object' && value !== null && 'keyStart' in value;
}
