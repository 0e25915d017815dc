import type { ManifestObject } from '../../manifests/types.js';
import { addToGroup, entryOf } from '../../diagnostics/groups.js';
import { groupOf, namespaceOf } from '../../manifests/values.js';
import { memoized } from '../../diagnostics/memoized.js';

/** An object, and the first one in the set with the same group, kind, namespace and name. */
export interface Duplicate {
  readonly object: ManifestObject;
  readonly first: ManifestObject;
  /** The previous one, which may be the first. */
  readonly previous: ManifestObject;
}

/** The objects of a set that were already defined, in reading order. Objects without a name are never duplicates. */
export const duplicatesIn = memoized(findDuplicates);

function findDuplicates(objects: readonly ManifestObject[]): readonly Duplicate[] {
  const seen = new Map<string, { readonly first: ManifestObject; previous: ManifestObject }>();
  const duplicates: Duplicate[] = [];
  for (const object of objects) {
    if (object.name === '') continue;
    const key = `${groupOf(object.apiVersion)}\0${object.kind}\0${namespaceOf(object)}\0${object.name}`;
    const known = seen.get(key);
    if (known === undefined) {
      seen.set(key, { first: object, previous: object });
      continue;
    }
    duplicates.push({ object, first: known.first, previous: known.previous });
    known.previous = object;
  }
  return duplicates;
}

/**
 * Which files of a set define an object that another one also defines. Namespaces do not count: every part of an
 * application may define its own.
 */
export class Copies {
  readonly #originals = new Map<string, Set<string>>();

  constructor(duplicates: readonly Duplicate[], placeOf: (object: ManifestObject) => string) {
    for (const { object, first } of duplicates) {
      const [place, original] = [placeOf(object), placeOf(first)];
      if (object.kind === 'Namespace' || place === original) continue;
      this.#add(place, original);
      this.#add(original, original);
    }
  }

  /** Whether both define the same object, or each defines an object of the same third file. */
  areCopies(first: string, second: string): boolean {
    const others = this.#originals.get(second);
    const originals = this.#originals.get(first);
    if (first === second || others === undefined || originals === undefined) return false;
    for (const original of originals) if (others.has(original)) return true;
    return false;
  }

  #add(place: string, original: string): void {
    entryOf(this.#originals, place, () => new Set()).add(original);
  }
}

/** Duplicates by the two places that contain them, in reading order. */
export function pairsOf(
  duplicates: readonly Duplicate[],
  placeOf: (object: ManifestObject) => string,
): readonly (readonly Duplicate[])[] {
  const pairs = new Map<string, Duplicate[]>();
  for (const duplicate of duplicates)
    addToGroup(pairs, `${placeOf(duplicate.first)}\0${placeOf(duplicate.object)}`, duplicate);
  return [...pairs.values()];
}
