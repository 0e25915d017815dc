/**
 * Readers for values that may have any shape. A value of another type reads as absent: `schema/invalid` or
 * `yaml/ambiguous-scalar` speaks of it, and no other rule has to.
 */
import type { Json, JsonObject, ManifestObject } from '../manifests/types.js';
import type { Path } from '../diagnostics/finding.js';

const nothing: readonly Json[] = [];

/**
 * What stands at the path; undefined where nothing does, or where the path leads through something that is no
 * container.
 */
export function valueAt(value: Json | undefined, ...path: Path): Json | undefined {
  let node = value;
  for (let index = 0; index < path.length && node !== undefined; index++) node = childAt(node, path[index] ?? '');
  return node;
}

/** `valueAt` for one step: for what is asked of every endpoint of a large set. */
export function childAt(node: Json | undefined, part: string | number): Json | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  if (isList(node)) return typeof part === 'number' ? node[part] : undefined;
  return Object.hasOwn(node, part) ? node[part] : undefined;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string at the path, or undefined. An empty string is given as such. */
export function stringAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The string at the path, `''` where there is none: Kubernetes' own reading of an absent string. */
export function textAt(value: Json | undefined, ...path: Path): string {
  return stringAt(value, ...path) ?? '';
}

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The whole number at the path, or undefined. */
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
  return isMap(found) ? found : undefined;
}

/** The list at the path; an empty one where there is none, which means the same to Kubernetes. */
export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = valueAt(value, ...path);
  return isList(found) ? found : nothing;
}

/** A string of a list and where it stands. */
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
 * A map of strings, such as labels. A scalar that should have been a string counts as what is written there (`version:
 * 1.10` as
 * `1.10`), so that one mistake does not look like another.
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

/** Whether a string says nothing: absent, null or empty, which are one to the API server. */
export function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}
