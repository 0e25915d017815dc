import { EmbeddedPlaces } from '../manifests/embedded-object.js';
import type { Path } from '../diagnostics/finding.js';
import { isListOfObjects } from '../manifests/list.js';
import { readDocuments } from '../manifests/documents.js';
import type { Json, SourceText } from '../manifests/types.js';
import { isObject } from '../manifests/values.js';
import type { TextProblem } from '../manifests/outcome.js';
import type { BuildNode, PlacedDocument } from './node.js';

/** One document of a text, of any kind, with the places of its nodes. */
export interface LoadedDocument {
  readonly value: Json;
  readonly placed: PlacedDocument;
  /** The path of the value in its document, if it is an item of a List. */
  readonly path?: Path;
}

/** The content of a text, or its syntax error, which reading the file has already reported. */
export interface LoadedText {
  /** The name of the text. */
  readonly name: string;
  readonly documents: readonly LoadedDocument[];
  readonly isBroken: boolean;
  readonly problems: readonly TextProblem[];
}

export function loadDocuments(source: SourceText): LoadedText {
  const read = readDocuments(source);
  return {
    name: source.name,
    documents: read.flatMap(({ value, placed }) => (value === undefined || value === null ? [] : [{ value, placed }])),
    isBroken: read.some(({ value }) => value === undefined),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** The documents in a string of a kustomization; their places are within that string. */
export function loadEmbedded(node: BuildNode): LoadedText {
  const { document, path } = node.place;
  const inner: SourceText = { name: document.source.name, text: node.text ?? '' };
  const { documents, ...rest } = loadDocuments(inner);
  return {
    documents: documents.map(({ value, placed }) => ({
      value,
      placed: new EmbeddedPlaces(document, path, inner, placed),
    })),
    ...rest,
  };
}

/**
 * The items of a document that is a List, because kustomize handles its items as separate patches or resources; any
 * other document unchanged.
 */
export function itemsOf(document: LoadedDocument): readonly LoadedDocument[] {
  const { value, placed, path = [] } = document;
  if (!isObject(value) || !isListOfObjects(value)) return [document];
  return value.items.flatMap((item, index) => itemsOf({ value: item, placed, path: [...path, 'items', index] }));
}
