import type { Path } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { YamlAlias, YamlContent, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './libyaml/types.js';
import { duplicateKey, deepest, setKey, syntaxProblem, type ReadOutcome, type TextProblem } from './outcome.js';
import { keyText } from './scalar.js';
import { scalarValue } from './tagged.js';
import type { SourceEntry, SourceItem, SourceNode, Span } from './tree.js';
import type { Json, ScalarSource } from './types.js';

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
 * The JSON that Kubernetes' reader makes of YAML nodes: aliases and merge keys followed, keys made text, plain scalars
 * resolved. `shift` is added to every offset.
 */
export function interpret(root: YamlNode, shift: number): ReadOutcome {
  const interpreter = new Interpreter(shift);
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
  private readonly known = new Map<YamlContent, Interpreted | 'open'>();
  private readonly aliasing = new AliasBudget();

  constructor(private readonly shift: number) {}

  node(node: YamlNode, path: Path, depth: number): Interpreted {
    if (node.kind === 'alias') return this.alias(node, depth);
    this.known.set(node, 'open');
    const result = this.content(node, path, depth);
    this.known.set(node, result);
    return result;
  }

  private content(node: YamlContent, path: Path, depth: number): Interpreted {
    this.count(1, false, node);
    if (node.kind === 'mapping') return this.mapping(node, path, depth + 1);
    if (node.kind === 'sequence') return this.sequence(node, path, depth + 1);
    const value = this.scalar(node);
    return { value, node: { ...this.span(node), scalar: scalarSource(node) }, size: 1, height: 0 };
  }

  /** The place of an alias is where it is written. */
  private alias(alias: YamlAlias, depth: number): Interpreted {
    const found = this.known.get(alias.target);
    if (found === undefined || found === 'open')
      throw this.refuse(alias, `The alias *${alias.name} is inside its own anchor, so its value would never end.`);
    this.count(1, false, alias);
    this.count(found.size, true, alias);
    if (depth + found.height > deepest)
      throw this.refuse(alias, `The alias *${alias.name} nests more than ${deepest} levels deep.`);
    const node = { ...this.span(alias), target: found.node.target ?? found.node };
    return { ...found, node, size: found.size + 1 };
  }

  private sequence(sequence: YamlSequence, path: Path, depth: number): Interpreted {
    const value: Json[] = [];
    const items: SourceItem[] = [];
    let size = 1;
    let height = 0;
    for (const [index, { start, node }] of sequence.items.entries()) {
      const item = this.node(node, [...path, index], depth);
      value.push(item.value);
      items.push({ start: start + this.shift, node: item.node });
      size += item.size;
      height = Math.max(height, item.height + 1);
    }
    return { value, node: { ...this.span(sequence), items }, size, height };
  }

  private mapping(mapping: YamlMapping, path: Path, depth: number): Interpreted {
    const value: Record<string, Json> = {};
    const entries = new Map<string, SourceEntry>();
    let size = 1;
    let height = 0;
    for (const [keyNode, valueNode] of mapping.pairs) {
      const merge = isMergeKey(keyNode);
      const key = merge ? '<<' : this.key(keyNode);
      const child = this.node(valueNode, merge ? path : [...path, key], depth);
      size += child.size + 1;
      height = Math.max(height, child.height + 1);
      const entry = { ...this.keySpan(keyNode), node: child.node };
      if (merge) this.merge(child, valueNode, entry, value, entries);
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
    written: YamlNode,
    place: SourceEntry,
    value: Record<string, Json>,
    entries: Map<string, SourceEntry>,
  ): void {
    const target = child.node.target ?? child.node;
    const list =
      written.kind === 'alias' || target.items === undefined
        ? [{ value: child.value, node: target }]
        : target.items.map(({ node }, index) => ({
            value: (child.value as readonly Json[])[index] ?? null,
            node: node.target ?? node,
          }));
    for (const source of list.reverse()) {
      if (source.node.entries === undefined)
        throw this.refuse(keySpanOf(place), 'The merge key << takes a mapping, an alias of one, or a list of them.', 0);
      for (const [key, entry] of source.node.entries) {
        setKey(value, key, (source.value as Record<string, Json>)[key] ?? null);
        entries.set(key, { keyStart: place.keyStart, keyEnd: place.keyEnd, node: entry.node, merged: true });
      }
    }
  }

  private key(key: YamlNode): string {
    const value = this.keyValue(key);
    const content = key.kind === 'alias' ? key.target : key;
    const text =
      value === undefined ? undefined : keyText(value, content.kind === 'scalar' ? content.text : String(value));
    if (text === undefined)
      throw this.refuse(
        key,
        'A key of this mapping is not a scalar (a list, a mapping or null), which JSON and Kubernetes cannot hold.',
      );
    return text;
  }

  /** `.inf` is not a JSON number, but is allowed as a key. */
  private keyValue(key: YamlNode): null | boolean | number | string | undefined {
    const content = key.kind === 'alias' ? key.target : key;
    const own = content.kind === 'scalar' ? scalarValue(content) : undefined;
    if (typeof own === 'number' && !Number.isFinite(own)) return own;
    const { value } = this.node(key, [], 0);
    return typeof value === 'object' && value !== null ? undefined : value;
  }

  private scalar(scalar: YamlScalar): Json {
    const value = scalarValue(scalar);
    if (value === undefined)
      throw this.refuse(scalar, `${quote(scalar.text)} is not what its tag ${quote(scalar.tag ?? '')} says.`);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw this.refuse(
        scalar,
        `${quote(scalar.text)} is a number that JSON does not have, so Kubernetes refuses the document: ` +
          'put it in quotes if text is meant.',
      );
    }
    return value;
  }

  private count(nodes: number, isAliased: boolean, at: Span): void {
    if (!this.aliasing.add(nodes, isAliased))
      throw this.refuse(
        at,
        "The document's aliases expand to so many nodes that Kubernetes refuses it (excessive aliasing): write the values out.",
      );
  }

  private refuse(at: Span, message: string, shift = this.shift): Refusal {
    return new Refusal(syntaxProblem(at.start + shift, at.end + shift, message));
  }

  private span({ start, end }: Span): Span {
    return { start: start + this.shift, end: end + this.shift };
  }

  private keySpan(key: YamlNode): { keyStart: number; keyEnd: number } {
    return { keyStart: key.start + this.shift, keyEnd: key.end + this.shift };
  }
}

/** How much of a document may come from aliases, by the measure of go-yaml (allowedAliasRatio); a "billion laughs" stops here. */
class AliasBudget {
  private all = 0;
  private aliased = 0;

  /** False if it is too much. */
  add(nodes: number, isAliased: boolean): boolean {
    this.all += nodes;
    if (isAliased) this.aliased += nodes;
    return this.aliased <= 100 || this.all <= 1000 || this.aliased / this.all <= this.allowed();
  }

  private allowed(): number {
    const [few, many] = [400_000, 4_000_000];
    if (this.all <= few) return 0.99;
    return this.all >= many ? 0.1 : 0.99 - 0.89 * ((this.all - few) / (many - few));
  }
}

function keySpanOf({ keyStart, keyEnd }: SourceEntry): Span {
  return { start: keyStart, end: keyEnd };
}

function scalarSource({ text, style }: YamlScalar): ScalarSource {
  return { text, style };
}

function isMergeKey(key: YamlNode): boolean {
  if (key.kind !== 'scalar' || key.text !== '<<') return false;
  return key.tag === undefined ? key.style === 'plain' : key.tag === '!' || key.tag === 'tag:yaml.org,2002:merge';
}
