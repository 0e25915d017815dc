/** From tokens to the nodes of the first document, as libyaml's parser and go-yaml v2 make them (yaml_parser_parse_node). */
import { Scanner } from './scanner.js';
import { Source } from './source.js';
import { Mistake, type Token, type TokenType, type YamlContent, type YamlMapping, type YamlNode } from './types.js';

interface Bounds {
  /** Levels of nesting. */
  readonly depth: number;
  readonly tokens: number;
}

/**
 * The root of a text's first document; undefined without a document. Throws a Mistake for what Kubernetes' reader
 * refuses, and for text that it silently does not read.
 */
export function parseDocument(text: string, bounds: Bounds): YamlNode | undefined {
  return new Parser(new Scanner(new Source(text), bounds.tokens), bounds.depth).document();
}

const documentEnds: readonly TokenType[] = [
  'document start',
  'document end',
  'stream end',
  'version directive',
  'tag directive',
];

class Parser {
  private readonly anchors = new Map<string, YamlContent>();
  private readonly tags = new Map([
    ['!', '!'],
    ['!!', 'tag:yaml.org,2002:'],
  ]);
  private depth = 0;

  constructor(
    private readonly tokens: Scanner,
    private readonly deepest: number,
  ) {}

  document(): YamlNode | undefined {
    if (this.isNext('stream end')) return undefined;
    const isExplicit = this.directives();
    const root = isExplicit && this.isNext(...documentEnds) ? undefined : this.node();
    while (this.isNext('document end', 'version directive', 'tag directive')) this.tokens.take();
    const { type, start, end } = this.tokens.peek();
    if (type !== 'stream end') throw new Mistake('text behind the document', start, end);
    return root;
  }

  /** Skips the directives and `---`; returns whether there were any. */
  private directives(): boolean {
    const own = new Set<string>();
    for (; this.isNext('version directive', 'tag directive'); this.tokens.take())
      this.directive(this.tokens.peek(), own);
    if (this.isNext('document start')) {
      this.tokens.take();
      return true;
    }
    const { start, end } = this.tokens.peek();
    if (own.size > 0) throw new Mistake('did not find expected document start', start, end);
    return false;
  }

  private directive({ type, value = '', suffix = '', start, end }: Token, own: Set<string>): void {
    const name = type === 'version directive' ? 'YAML' : value;
    if (own.has(name)) throw new Mistake('found duplicate directive', start, end);
    own.add(name);
    if (type === 'tag directive') this.tags.set(value, suffix);
    else if (Number(value.split('.')[0]) !== 1 || Number(value.split('.')[1]) !== 1)
      throw new Mistake('found incompatible YAML document', start, end);
  }

  /** `isIndentless`: a list may begin in the column of its key. */
  private node(isIndentless = false, isFlow = false): YamlNode {
    const first = this.tokens.peek();
    if (first.type === 'alias') return this.alias();
    const { anchor, tag } = this.properties();
    const { type, start, end, value = '', style = 'plain' } = this.tokens.peek();
    if (type === 'scalar') {
      this.tokens.take();
      return this.anchored(anchor, { kind: 'scalar', text: value, style, tag, start, end });
    }
    if (type === 'flow sequence start') return this.flowSequence(anchor);
    if (type === 'flow mapping start') return this.flowMapping(anchor);
    if (!isFlow && type === 'block mapping start') return this.blockMapping(anchor);
    if (!isFlow && type === 'block sequence start') return this.blockSequence(anchor);
    if (isIndentless && type === 'block entry') return this.indentlessSequence(anchor);
    if (anchor === undefined && tag === undefined)
      throw new Mistake('did not find expected node content', start, Math.max(end, start));
    return this.anchored(anchor, { ...emptyAt(this.lastEnd), tag });
  }

  private lastEnd = 0;

  private alias(): YamlNode {
    const { value: name = '', start, end } = this.tokens.take();
    const target = this.anchors.get(name);
    if (target === undefined) throw new Mistake('found unknown anchor', start, end);
    return { kind: 'alias', name, target, start, end };
  }

  private properties(): { anchor?: string | undefined; tag?: string | undefined } {
    let anchor: string | undefined;
    let tag: Token | undefined;
    for (let token = this.tokens.peek(); ; token = this.tokens.peek()) {
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value;
      else if (token.type === 'tag' && tag === undefined) tag = token;
      else break;
      this.lastEnd = this.tokens.take().end;
    }
    return { anchor, tag: tag && this.tagOf(tag) };
  }

  private tagOf({ value: handle = '', suffix = '', start, end }: Token): string | undefined {
    if (handle === '') return suffix;
    const prefix = this.tags.get(handle);
    if (prefix === undefined || prefix + suffix === '') throw new Mistake('found undefined tag handle', start, end);
    return prefix + suffix;
  }

  /** An anchor is defined from the beginning of its node. */
  private anchored<Content extends YamlContent>(anchor: string | undefined, node: Content): Content {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  private blockSequence(anchor: string | undefined): YamlNode {
    const open = this.begin(anchor, 'sequence');
    while (this.isNext('block entry')) this.blockItem(open, 'block entry', 'block end');
    return this.endBlock(open, 'did not find expected dash');
  }

  private indentlessSequence(anchor: string | undefined): YamlNode {
    const open = this.opened(anchor, 'sequence', this.tokens.peek());
    while (this.isNext('block entry')) this.blockItem(open, 'block entry', 'key', 'value', 'block end');
    return this.close(open);
  }

  private blockItem({ items }: Open, ...ends: TokenType[]): void {
    const { start, end } = this.tokens.take();
    items.push({ start, node: this.isNext(...ends) ? emptyAt(end) : this.node() });
  }

  private blockMapping(anchor: string | undefined): YamlNode {
    const open = this.begin(anchor, 'mapping');
    while (this.isNext('key')) {
      const { end } = this.tokens.take();
      const key = this.isNext('key', 'value', 'block end') ? emptyAt(end) : this.node(true);
      open.pairs.push([key, this.isNext('value') ? this.blockValue() : emptyAt(key.end)]);
    }
    return this.endBlock(open, 'did not find expected key');
  }

  private blockValue(): YamlNode {
    const { end } = this.tokens.take();
    return this.isNext('key', 'value', 'block end') ? emptyAt(end) : this.node(true);
  }

  private endBlock(open: Open, problem: 'did not find expected dash' | 'did not find expected key'): YamlNode {
    const { type, start, end } = this.tokens.peek();
    if (type !== 'block end') throw new Mistake(problem, start, end);
    this.tokens.take();
    return this.close(open);
  }

  private flowSequence(anchor: string | undefined): YamlNode {
    const open = this.begin(anchor, 'sequence');
    for (let isFirst = true; this.flowGoesOn('flow sequence end', isFirst); isFirst = false) {
      const { start } = this.tokens.peek();
      const node = this.isNext('key') ? this.flowPair() : this.node(false, true);
      open.items.push({ start, node });
    }
    return this.endFlow(open);
  }

  /** A mapping of one pair within a list, without braces of its own. */
  private flowPair(): YamlMapping {
    const { start, end } = this.tokens.take();
    const key = this.flowPairKey(end);
    const value = this.isNext('value') ? this.flowValue('flow sequence end') : emptyAt(key.end);
    return { kind: 'mapping', pairs: [[key, value]], start, end: value.end };
  }

  /** libyaml drops the token that ends the list if a key is missing (`[?]`): the list continues after it. */
  private flowPairKey(at: number): YamlNode {
    if (!this.isNext('value', 'flow entry', 'flow sequence end')) return this.node(false, true);
    this.tokens.take();
    return emptyAt(at);
  }

  private flowMapping(anchor: string | undefined): YamlNode {
    const open = this.begin(anchor, 'mapping');
    for (let isFirst = true; this.flowGoesOn('flow mapping end', isFirst); isFirst = false) {
      if (this.isNext('key')) open.pairs.push(this.flowEntry());
      else {
        const key = this.node(false, true);
        open.pairs.push([key, emptyAt(key.end)]);
      }
    }
    return this.endFlow(open);
  }

  private flowEntry(): readonly [YamlNode, YamlNode] {
    const { end } = this.tokens.take();
    const key = this.isNext('value', 'flow entry', 'flow mapping end') ? emptyAt(end) : this.node(false, true);
    return [key, this.isNext('value') ? this.flowValue('flow mapping end') : emptyAt(key.end)];
  }

  private flowValue(closing: TokenType): YamlNode {
    const { end } = this.tokens.take();
    return this.isNext('flow entry', closing) ? emptyAt(end) : this.node(false, true);
  }

  /** Skips the comma after an entry; returns whether another one begins. */
  private flowGoesOn(closing: TokenType, isFirst: boolean): boolean {
    if (this.isNext(closing)) return false;
    if (isFirst) return true;
    const { type, start, end } = this.tokens.peek();
    if (type !== 'flow entry') throw new Mistake('did not find expected comma or bracket', start, end);
    this.tokens.take();
    return !this.isNext(closing);
  }

  private endFlow(open: Open): YamlNode {
    const { end } = this.tokens.take();
    return this.close(open, end);
  }

  private begin(anchor: string | undefined, kind: 'sequence' | 'mapping'): Open {
    return this.opened(anchor, kind, this.tokens.take());
  }

  private opened(anchor: string | undefined, kind: 'sequence' | 'mapping', { start }: Token): Open {
    if (++this.depth > this.deepest) throw new Mistake('nested too deep', start, start + 1);
    const open: Open = { kind, start, end: start, items: [], pairs: [] };
    if (anchor !== undefined) this.anchors.set(anchor, open);
    return open;
  }

  /** Ends where its last part does, unless a bracket closes it. */
  private close(open: Open, end = (open.items.at(-1)?.node ?? open.pairs.at(-1)?.[1] ?? open).end): YamlNode {
    this.depth--;
    open.end = end;
    return open;
  }

  private isNext(...types: TokenType[]): boolean {
    return types.includes(this.tokens.peek().type);
  }
}

/** A collection that is being read: an alias within it may already refer to it. */
interface Open {
  readonly kind: 'sequence' | 'mapping';
  readonly start: number;
  end: number;
  readonly items: { start: number; node: YamlNode }[];
  readonly pairs: (readonly [YamlNode, YamlNode])[];
}

function emptyAt(at: number): { kind: 'scalar'; text: string; style: 'plain'; start: number; end: number } {
  return { kind: 'scalar', text: '', style: 'plain', start: at, end: at };
}
