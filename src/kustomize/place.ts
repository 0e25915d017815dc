import type { Range } from '../diagnostics/finding.js';
import type { NodePart } from '../manifests/types.js';
import type { Place } from './node.js';

/** The file and range of a place, or of a part of its text. */
export function rangeOfPlace(
  { document, path }: Place,
  part?: NodePart,
): { readonly file: string; readonly range: Range } {
  return { file: document.source.name, range: document.locate(path, part) };
}
