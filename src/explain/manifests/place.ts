import type { Path } from '../../diagnostics/finding.js';
import { sourceAt, type ManifestObject } from '../../manifests/types.js';

/** The file and line of an object's node. */
export function placeOf(object: ManifestObject, path: Path): { file: string; line: number } {
  return { file: sourceAt(object, path).name, line: object.locate(path, 'key').start.line };
}
