import type { Path, Position, Range } from '../diagnostics/finding.js';
import { DocumentObject, SourceDocument } from './document.js';
import type { Span } from './tree.js';
import type { JsonObject, ManifestObject, NodePart, ScalarSource, SourceText } from './types.js';

/** Something with places in a text. */
interface Placed {
  readonly source: SourceText;
  locate(path: Path, part?: NodePart): Range;
  scalar(path: Path): ScalarSource | undefined;
}

/**
 * The places of a document within a string of another one. If the string is a literal block, they are in the outer
 * file; otherwise all are the place of the string.
 */
export class EmbeddedPlaces implements Placed {
  constructor(
    private readonly outer: Placed,
    private readonly path: Path,
    /** The string's text. */
    private readonly text: SourceText,
    /** The document, with its places in that text. */
    private readonly inner: Placed,
  ) {}

  get source(): SourceText {
    return this.outer.source;
  }

  locate(path: Path, part?: NodePart): Range {
    const whole = this.outer.locate(this.path);
    const first = this.firstLine(whole);
    if (first === undefined) return whole;
    const { start, end } = this.inner.locate(path, part);
    return { start: moved(start, first), end: moved(end, first) };
  }

  scalar(path: Path): ScalarSource | undefined {
    return this.inner.scalar(path);
  }

  /**
   * The start of a literal block scalar's text in the outer file: on the line after its indicator, after the
   * indentation.
   */
  private firstLine(whole: Range): Position | undefined {
    const written = this.outer.scalar(this.path);
    const lines = this.source.text.split('\n');
    const indicator = lines[whole.start.line - 1]?.slice(whole.start.column - 1) ?? '';
    if (written?.style !== 'block' || !indicator.startsWith('|')) return undefined;
    const filled = this.text.text.split('\n').findIndex((line) => line.trim() !== '');
    const line = lines[whole.start.line + filled] ?? '';
    const inside = this.text.text.split('\n')[filled] ?? '';
    return {
      line: whole.start.line + 1,
      column: line.indexOf(inside.trimStart()) - (inside.length - inside.trimStart().length),
    };
  }
}

/** An object within a string of another one, with its own places and the place of the string. */
export class EmbeddedObject implements ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  private readonly places: EmbeddedPlaces;

  constructor(
    readonly value: JsonObject,
    private readonly outer: ManifestObject,
    path: Path,
    text: string,
    span: Span,
  ) {
    const source: SourceText = { name: outer.source.name, text };
    const inner = new DocumentObject(value, new SourceDocument(source, 0, span, false), []);
    this.places = new EmbeddedPlaces(outer, path, source, inner);
    this.apiVersion = inner.apiVersion;
    this.kind = inner.kind;
    this.name = inner.name;
    this.namespace = inner.namespace;
  }

  get source(): SourceText {
    return this.outer.source;
  }
  get document(): number {
    return this.outer.document;
  }

  locate(path: Path, part?: NodePart): Range {
    return this.places.locate(path, part);
  }

  scalar(path: Path): ScalarSource | undefined {
    return this.places.scalar(path);
  }
}

function moved(position: Position, first: Position): Position {
  return { line: position.line + first.line - 1, column: position.column + Math.max(0, first.column) };
}
