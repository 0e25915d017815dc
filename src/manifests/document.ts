import type { Finding, ObjectReference, Path, Range } from '../diagnostics/finding.js';
import { readCommonYaml } from './common-yaml.js';
import { scanJson } from './json-scanner.js';
import { visitEndpoints, type EndpointSpan } from './endpoint-list.js';
import { positionAt, rangeOf } from './lines.js';
import type { ReadOutcome, TextProblem } from './outcome.js';
import { isObject, textOf } from './values.js';
import { scalarAt, spanOf, type SourceNode, type Span } from './tree.js';
import type { Json, JsonObject, ManifestObject, NodePart, ScalarSource, SourceText, UnreadSlice } from './types.js';
import { readYaml } from './yaml.js';

/** Reads one YAML document with the fast parser if possible; with the places of its nodes if requested. */
export function readDocumentText(text: string, span: Span, withTree = false): ReadOutcome {
  return readCommonYaml(text, span, withTree) ?? readYaml(text, span);
}

/** One document of a text. Its values are parsed immediately, the places of its nodes on first use. */
export class SourceDocument {
  private known: SourceNode | undefined;

  constructor(
    readonly source: SourceText,
    readonly index: number,
    readonly span: Span,
    private readonly json: boolean,
  ) {}

  tree(): SourceNode {
    this.known ??= this.read();
    return this.known;
  }

  private read(): SourceNode {
    try {
      return this.json
        ? scanJson(this.source.text, this.span)
        : (readDocumentText(this.source.text, this.span, true).tree ?? this.span);
    } catch {
      return this.span;
    }
  }
}

/** An object at some path of a document: the root, or an item of a List. */
export class DocumentObject implements ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;

  constructor(
    private readonly known: JsonObject,
    private readonly from: SourceDocument,
    private readonly base: Path,
    private cut?: EndpointSpan,
  ) {
    const metadata = isObject(known.metadata) ? known.metadata : undefined;
    this.apiVersion = textOf(known.apiVersion);
    this.kind = textOf(known.kind);
    this.name = textOf(metadata?.name);
    this.namespace = textOf(metadata?.namespace);
  }

  /** Parses endpoints that were cut out of the text, and inserts them. */
  get value(): JsonObject {
    if (this.cut !== undefined) {
      (this.known as Record<string, Json>).endpoints = JSON.parse(
        this.source.text.slice(this.cut.start, this.cut.end),
      ) as Json;
      this.cut = undefined;
    }
    return this.known;
  }

  get unread(): UnreadSlice | undefined {
    const {
      cut,
      known: head,
      source: { text },
    } = this;
    return (
      cut && {
        head,
        family: cut.family,
        text: () => text.slice(cut.start, cut.end),
        visit: (visitor) => {
          visitEndpoints(text, cut, visitor);
        },
      }
    );
  }

  get source(): SourceText {
    return this.from.source;
  }
  get document(): number {
    return this.from.index;
  }

  locate(path: Path, part: NodePart = 'value'): Range {
    return rangeOf(this.from.source, spanOf(this.from.tree(), [...this.base, ...path], part));
  }

  scalar(path: Path): ScalarSource | undefined {
    return scalarAt(this.from.tree(), [...this.base, ...path]);
  }
}

/** The finding for a problem in a document's text. */
export function findingOf(source: SourceText, problem: TextProblem, object?: ManifestObject): Finding {
  const { rule, path, first } = problem;
  const message =
    first === undefined
      ? problem.message
      : `${problem.message} (the first is at line ${positionAt(source, first).line}).`;
  const finding: Finding = { rule, severity: 'error', message, file: source.name, range: rangeOf(source, problem) };
  if (object === undefined) return finding;
  return { ...finding, object: referenceOf(object), ...(path && { path }) };
}

function referenceOf({ kind, namespace, name }: ManifestObject): ObjectReference {
  return { kind, namespace, name };
}
