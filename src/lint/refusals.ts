import type { Path } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import type { MisspeltFields } from './misspelt.js';
import { addToGroup } from '../diagnostics/groups.js';

/** The values that the API server rejects, so that later rules ignore them: one mistake, one finding. */
export class Refusals {
  readonly #paths = new Map<ManifestObject, Path[]>();
  #misspelt: Pick<MisspeltFields, 'explains'> | undefined;

  /** Unknown fields: values that are missing because of them count as invalid. */
  addMisspelt(fields: Pick<MisspeltFields, 'explains'>): void {
    this.#misspelt = fields;
  }

  add(object: ManifestObject, path: Path): void {
    addToGroup(this.#paths, object, path);
  }

  /** Whether there is an invalid value at the path or above it. */
  covers(object: ManifestObject, path: Path): boolean {
    return this.#paths.get(object)?.some((refused) => isPrefix(refused, path)) === true;
  }

  /**
   * Whether there is an invalid value at the path, above or below it, or the path is missing because it is misspelt.
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
