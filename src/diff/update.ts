/** One object before and after a change. */
import type { Path } from '../diagnostics/finding.js';
import type { Json, ManifestObject } from '../manifests/types.js';
import { valueAt } from '../manifests/values.js';

/** One object on both sides. */
export interface Update {
  readonly before: ManifestObject;
  readonly after: ManifestObject;
}

/** An immutable field, and why the API server rejects its update. */
export interface Refused {
  readonly path: Path;
  readonly why: string;
}

/** The value of a field; undefined if it is absent or null. */
export function fieldAt(object: ManifestObject, path: Path): Json | undefined {
  // Endpoints, of which there may be very many, are read only for a path that leads to them.
  return valueAt(path[0] === 'endpoints' ? object.value : (object.unread?.head ?? object.value), ...path) ?? undefined;
}

/** Whether two values are equal for the API server: the order of keys and null values do not matter. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

function canonical(value: Json | undefined): unknown {
  if (Array.isArray(value)) return (value as readonly Json[]).map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, canonical(one)]);
}
