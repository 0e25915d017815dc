/** Removes the values of Secrets from texts that will be passed on. */
import { posix } from 'node:path';
import { SourceDocument, readDocumentText } from './document.js';
import { looksLikeJson, readJson, splitJson } from './json.js';
import { splitDocuments } from './stream.js';
import type { SourceNode, Span } from './tree.js';
import { isList, isObject } from './values.js';
import type { Json, SourceText } from './types.js';

/** Texts without any of these words contain no Secret and need not be parsed. */
const mention = /\bSecret(?:List)?\b|secretGenerator/;

/** kubectl stores the last applied object in this annotation, as text. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The same texts with an `x` for each character of the values of Secrets (`data`, `stringData`, kubectl's last applied
 * object) and of the inputs of secretGenerators. Lines, columns, keys and quotes are unchanged. Files that a
 * secretGenerator reads are blanked, too, if they are among the texts. A document that mentions Secrets and cannot be
 * parsed is blanked completely. Only texts that mention Secrets are parsed; others are returned unchanged.
 */
export function blankSecrets(sources: readonly SourceText[]): SourceText[] {
  const blanked = sources.map(blankIn);
  const named = new Set(blanked.flatMap(({ files }) => files));
  return blanked.map(({ source }) =>
    named.has(posix.normalize(source.name)) ? { ...source, text: blankFile(source.text) } : source,
  );
}

interface Blanked {
  readonly source: SourceText;
  /** The names of files that a secretGenerator reads. */
  readonly files: readonly string[];
}

function blankIn(source: SourceText): Blanked {
  if (!mention.test(source.text)) return { source, files: [] };
  const search = new SecretSearch(source);
  for (const [index, span] of documentsOf(source.text).entries()) search.read(index, span);
  return { source: { ...source, text: search.blanked() }, files: search.files };
}

function documentsOf(text: string): readonly Span[] {
  const whole = { start: text.charCodeAt(0) === 0xfeff ? 1 : 0, end: text.length };
  if (looksLikeJson(text, whole)) {
    const { spans, problem } = splitJson(text, whole);
    if (problem === undefined) return spans;
  }
  return splitDocuments(text);
}

/** Finds the parts of one text to blank. */
class SecretSearch {
  readonly files: string[] = [];
  private readonly stretches: Span[] = [];

  constructor(private readonly source: SourceText) {}

  read(index: number, span: Span): void {
    const text = this.source.text.slice(span.start, span.end);
    if (!mention.test(text)) return;
    const json = looksLikeJson(this.source.text, span) ? readJson(this.source.text, span) : undefined;
    const { value } = json ?? readDocumentText(this.source.text, span);
    if (value === undefined) this.stretches.push(span);
    else this.visit(value, new SourceDocument(this.source, index, span, json !== undefined).tree(), false);
  }

  blanked(): string {
    const { text } = this.source;
    let [result, at] = ['', 0];
    for (const { start, end } of this.stretches.sort((a, b) => a.start - b.start)) {
      if (end <= at) continue;
      result += text.slice(at, Math.max(at, start)) + crossed(text.slice(Math.max(at, start), end));
      at = end;
    }
    return result + text.slice(at);
  }

  /** `isSecret`: whether a value without a kind is a Secret, like the items of a SecretList. */
  private visit(value: Json, node: SourceNode, isSecret: boolean): void {
    const { items, entries } = node.target ?? node;
    if (isList(value)) for (const [at, item] of value.entries()) this.visitPart(item, items?.[at]?.node, isSecret);
    if (!isObject(value)) return;
    const isOne = value.kind === 'Secret' || (isSecret && value.kind === undefined);
    for (const [key, part] of Object.entries(value)) {
      const own = entries?.get(key)?.node;
      if (own === undefined || part === undefined) continue;
      if (isOne && (key === 'data' || key === 'stringData')) this.blank(own);
      else if (isOne && key === 'metadata') this.blankApplied(own);
      else if (key === 'secretGenerator') this.generator(part, own);
      else this.visit(part, own, value.kind === 'SecretList' && key === 'items');
    }
  }

  private visitPart(value: Json, node: SourceNode | undefined, isSecret: boolean): void {
    if (node !== undefined) this.visit(value, node, isSecret);
  }

  private blankApplied(metadata: SourceNode): void {
    const annotations = entryOf(metadata, 'annotations');
    const applied = annotations && entryOf(annotations, lastApplied);
    if (applied !== undefined) this.blank(applied);
  }

  /** `literals` are KEY=VALUE; `files` and `envs` are file names. */
  private generator(value: Json, list: SourceNode): void {
    const given = isList(value) ? value : [value];
    for (const [at, generator] of given.entries()) {
      if (!isObject(generator)) continue;
      const node = (list.target ?? list).items?.[at]?.node ?? list;
      const literals = entryOf(node, 'literals');
      if (literals !== undefined) this.blank(literals, true);
      for (const field of ['files', 'envs', 'env']) this.nameFiles(generator[field]);
    }
  }

  private nameFiles(value: Json | undefined): void {
    const folder = posix.dirname(this.source.name);
    for (const name of isList(value) ? value : [value])
      if (typeof name === 'string') this.files.push(posix.join(folder, name.slice(name.indexOf('=') + 1)));
  }

  /** All scalars of a node; `keepsKeys`: of KEY=VALUE only the value. */
  private blank(node: SourceNode, keepsKeys = false): void {
    const { entries, items, ...own } = node.target ?? node;
    for (const entry of entries?.values() ?? []) this.blank(entry.node, keepsKeys);
    for (const item of items ?? []) this.blank(item.node, keepsKeys);
    if (entries !== undefined || items !== undefined) return;
    const { start, end } = this.within(own);
    const sign = keepsKeys ? this.source.text.slice(start, end).indexOf('=') : -1;
    this.stretches.push({ start: start + sign + 1, end });
  }

  /** The content of a scalar: without quotes or the header line of a block; empty for null. */
  private within({ start, end, scalar }: SourceNode): Span {
    const { text } = this.source;
    if (scalar?.style === 'quoted') return { start: start + 1, end: end - 1 };
    if (scalar?.style === 'block') return { start: text.indexOf('\n', start) + 1 || end, end };
    return /^(?:null|~)$/i.test(text.slice(start, end)) ? { start: end, end } : { start, end };
  }
}

function entryOf(node: SourceNode, key: string): SourceNode | undefined {
  return (node.target ?? node).entries?.get(key)?.node;
}

/** White space is part of YAML's structure; `=` is base64 padding. */
function crossed(text: string): string {
  return text.replace(/[^\s=]/g, 'x');
}

/** The values of KEY=VALUE, or the whole line if it has none. */
function blankFile(text: string): string {
  return text.replace(
    /^([\w.-]+=)?(.*)$/gm,
    (_, key: string | undefined, value: string) => (key ?? '') + crossed(value),
  );
}
