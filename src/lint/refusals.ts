import type { Path } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import type { MisspeltFields } from './misspelt.js';
import { append } from './model/groups.js';

/** The values that the API server refuses, so that later rules leave them alone: one mistake, one finding. */
export class Refusals {
  readonly #paths = new Map<ManifestObject, Path[]>();
  #misspelt: Pick<MisspeltFields, 'explains'> | undefined;

  /** Fields that do not exist: what is missing because of them is as good as refused. */
  addMisspelt(fields: Pick<MisspeltFields, 'explains'>): void {
    this.#misspelt = fields;
  }

  add(object: ManifestObject, path: Path): void {
    append(this.#paths, object, path);
  }

  /** Whether a refused value stands at the path or above it. */
  covers(object: ManifestObject, path: Path): boolean {
    return this.#paths.get(object)?.some((refused) => isPrefix(refused, path)) === true;
  }

  /**
   * Whether a refused value stands at the path, above it or below it, or the path is missing because it is misspelt.
   */
  touches(object: ManifestObject, path: Path): boolean {
    return (
      this.#paths.get(object)?.some((refused) => isPrefix(refused, path) || isPrefix(path, refused)) === true ||
      this.#misspelt?.explains(object, path) === true
    );
  }
}

function isPrefix(start: Path, path: Path): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index]);
}
