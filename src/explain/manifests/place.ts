import type { Path } from '../../diagnostics/finding.js';
import { sourceAt, type ManifestObject } from '../../manifests/types.js';

/** File and line of a node of an object. */
export function placeOf(object: ManifestObject, path: Path): { file: string; line: number } {
  return { file: sourceAt(object, path).name, line: object.locate(path, 'key').start.line };
}
