import type { Path } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import { append } from './model/groups.js';

/** The values that the API server refuses, so that later rules leave them alone: one mistake, one finding. */
export class Refusals {
  readonly #paths = new Map<ManifestObject, Path[]>();

  add(object: ManifestObject, path: Path): void {
    append(this.#paths, object, path);
  }

  /** Whether a refused value stands at the path or above it. */
  covers(object: ManifestObject, path: Path): boolean {
    return this.#paths.get(object)?.some((refused) => isPrefix(refused, path)) === true;
  }

  /** Whether a refused value stands at the path, above it or below it. */
  touches(object: ManifestObject, path: Path): boolean {
    return this.#paths.get(object)?.some((refused) => isPrefix(refused, path) || isPrefix(path, refused)) === true;
  }
}

function isPrefix(start: Path, path: Path): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index]);
}
