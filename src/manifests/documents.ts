import type { Path, Range } from '../diagnostics/finding.js';
import { SourceDocument, readDocumentText } from './document.js';
import { looksLikeJson, readJson } from './json.js';
import { rangeOf } from './lines.js';
import type { TextProblem } from './outcome.js';
import { splitDocuments } from './stream.js';
import { scalarAt, spanOf } from './tree.js';
import type { Json, NodePart, ScalarSource, SourceText } from './types.js';

/** The places of a document with any root. */
class PlacedText {
  constructor(private readonly document: SourceDocument) {}

  get source(): SourceText {
    return this.document.source;
  }

  locate(path: Path, part: NodePart = 'value'): Range {
    return rangeOf(this.source, spanOf(this.document.tree(), path, part));
  }

  scalar(path: Path): ScalarSource | undefined {
    return scalarAt(this.document.tree(), path);
  }
}

/** One document of a text that need not contain Kubernetes objects; `value` is undefined if the syntax is invalid. */
interface ReadDocument {
  readonly value: Json | undefined;
  readonly placed: PlacedText;
  readonly problems: readonly TextProblem[];
}

/** Reads the documents of a text with any content. */
export function readDocuments(source: SourceText): ReadDocument[] {
  return splitDocuments(source.text).map((span, index) => {
    const json = looksLikeJson(source.text, span) ? readJson(source.text, span) : undefined;
    const { value, problems } = json ?? readDocumentText(source.text, span);
    return { value, problems, placed: new PlacedText(new SourceDocument(source, index, span, json !== undefined)) };
  });
}
