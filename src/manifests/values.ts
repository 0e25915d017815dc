import type { Path } from '../diagnostics/finding.js';
import type { Json, JsonObject } from './types.js';

/**
 * Readers of validated values that may still have a wrong type: such a value counts as absent, so that nothing here can
 * throw. Keys come from input, so `Object.hasOwn` is used for keys that are not literals.
 */

const noLabels: Readonly<Record<string, string>> = Object.freeze({});
const noItems: readonly JsonObject[] = Object.freeze([]);
const noTexts: readonly string[] = Object.freeze([]);
const noObject: JsonObject = Object.freeze({});

/** The value as an object; empty if it is not an object. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : noObject;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at the path; undefined if there is none, or if the path leads through a value that is not a container. */
export function valueAt(value: Json | undefined, ...path: Path): Json | undefined {
  let node = value;
  for (let index = 0; index < path.length && node !== undefined; index++) node = childAt(node, path[index] ?? '');
  return node;
}

/** `valueAt` for one step: for code that runs for every endpoint of a large set. */
export function childAt(node: Json | undefined, part: string | number): Json | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  if (isList(node)) return typeof part === 'number' ? node[part] : undefined;
  return Object.hasOwn(node, part) ? node[part] : undefined;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value as text; `''` if it is not a text. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The value as a whole number; `otherwise` if it is not one. */
export function numberOf(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : otherwise;
}

/** The value as a list; empty if it is not a list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** The objects in a list; empty if the value is not a list. Not copied if the list contains only objects. */
export function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return isList(value) ? only(value, isObject) : noItems;
}

/** The non-empty texts in a list; empty if the value is not a list. Not copied if the list contains nothing else. */
export function textsOf(value: Json | undefined): readonly string[] {
  return isList(value) ? only(value, isFilledText) : noTexts;
}

function only<T extends Json>(list: readonly Json[], accepts: (item: Json) => item is T): readonly T[] {
  return list.every(accepts) ? list : list.filter(accepts);
}

export function isFilledText(item: Json | undefined): item is string {
  return typeof item === 'string' && item !== '';
}

/**
 * Labels, annotations or a selector. Not copied, because most are never read; validation rejects values that are not
 * text.
 */
export function labelsOf(value: Json | undefined): Readonly<Record<string, string>> {
  return isObject(value) ? (value as Readonly<Record<string, string>>) : noLabels;
}

/** The namespace of an object: `default` if its manifest has none. */
export function namespaceOf({ namespace }: { readonly namespace: string }): string {
  return namespace || 'default';
}

/**
 * Whether the object has this kind and API group of Kubernetes, in any version: `isKind(object, 'apps', 'Deployment')`.
 */
export function isKind(
  object: { readonly apiVersion: string; readonly kind: string },
  group: string,
  kind: string,
): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === group;
}

/** The group of an apiVersion: `''` for `v1`, `apps` for `apps/v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
