/**
 * Readers for values of any shape. A value of a wrong type counts as absent: `schema/invalid` or
 * `yaml/ambiguous-scalar` reports it, so no other rule needs to.
 */
import type { Json, JsonObject, ManifestObject } from '../manifests/types.js';
import type { Path } from '../diagnostics/finding.js';
import { isList, isObject, valueAt } from '../manifests/values.js';

const nothing: readonly Json[] = [];

/** The string at the path, which may be empty; undefined if there is none. */
export function stringAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The string at the path, `''` if there is none, which is how Kubernetes reads an absent string. */
export function textAt(value: Json | undefined, ...path: Path): string {
  return stringAt(value, ...path) ?? '';
}

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The integer at the path, or undefined. */
export function integerAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
}

export function booleanAt(value: Json | undefined, ...path: Path): boolean | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

export function mapAt(value: Json | undefined, ...path: Path): JsonObject | undefined {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : undefined;
}

/** The list at the path; empty if there is none, which means the same in Kubernetes. */
export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = valueAt(value, ...path);
  return isList(found) ? found : nothing;
}

/** A string in a list, and its place. */
export interface PlacedText {
  readonly text: string;
  readonly path: Path;
}

/** The strings of the list at the path, each with its place. */
export function placedTextsAt(value: Json | undefined, ...path: Path): PlacedText[] {
  const list = listAt(value, ...path);
  if (list.length === 0) return [];
  return list.flatMap((text, index) => (typeof text === 'string' ? [{ text, path: [...path, index] }] : []));
}

/**
 * A map of strings, such as labels. A scalar that should have been a string counts as its written text (`version: 1.10`
 * as `1.10`), so that one mistake is not reported twice.
 */
export function labelsAt(object: ManifestObject, path: Path): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [key, value] of Object.entries(mapAt(object.value, ...path) ?? {})) {
    if (typeof value === 'string') labels.set(key, value);
    else if (value === null) labels.set(key, '');
    else if (typeof value === 'number' || typeof value === 'boolean')
      labels.set(key, object.scalar([...path, key])?.text ?? String(value));
  }
  return labels;
}

/** Whether a string is absent, null or empty, which are the same for the API server. */
export function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** Whether there is no list, or one without items; false for another value, which schema validation reports. */
export function isEmptyListAt(value: Json, field: string): boolean {
  const written = valueAt(value, field) ?? [];
  return isList(written) && written.length === 0;
}
