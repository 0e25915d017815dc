import type { Range } from '../diagnostics/finding.js';
import type { Place } from './node.js';

/** The file and range of a place. */
export function rangeOfPlace({ document, path }: Place): { readonly file: string; readonly range: Range } {
  return { file: document.source.name, range: document.locate(path) };
}
