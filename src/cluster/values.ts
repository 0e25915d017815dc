import type { Json, JsonObject, ManifestObject } from '../manifests/types.js';

/**
 * Reading of values that validation has passed but nobody vouches for: a value of another type reads as absent, so that
 * nothing here can throw. Keys come from input, hence `Object.hasOwn` where a key is not a literal.
 */

const noLabels: Readonly<Record<string, string>> = Object.freeze({});
const noItems: readonly JsonObject[] = Object.freeze([]);
const noTexts: readonly string[] = Object.freeze([]);
const noObject: JsonObject = Object.freeze({});

/** The value as an object; an empty one where it is none. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : noObject;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as text; `''` where it is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The value as a whole number; `otherwise` where it is none. */
export function numberOf(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : otherwise;
}

/** The objects of a list; none where the value is no list. Not copied where it holds nothing else. */
export function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? only(value as readonly Json[], isObject) : noItems;
}

/** The non-empty texts of a list; none where the value is no list. Not copied where it holds nothing else. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? only(value as readonly Json[], isFilledText) : noTexts;
}

function only<T extends Json>(list: readonly Json[], accepts: (item: Json) => item is T): readonly T[] {
  return list.every(accepts) ? list : list.filter(accepts);
}

function isFilledText(item: Json): item is string {
  return typeof item === 'string' && item !== '';
}

/**
 * Labels, annotations or a selector, not copied: most are never looked at. Values that are no text are kept out by
 * validation.
 */
export function labelsOf(value: Json | undefined): Readonly<Record<string, string>> {
  return isObject(value) ? (value as Readonly<Record<string, string>>) : noLabels;
}

/** The namespace an object ends up in: `default` where its manifest has none. */
export function namespaceOf(object: ManifestObject): string {
  return object.namespace === '' ? 'default' : object.namespace;
}

/**
 * Whether the object is of this kind of Kubernetes' own group, whatever the version: `isKind(object, 'apps',
 * 'Deployment')`.
 */
export function isKind(object: ManifestObject, group: string, kind: string): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === group;
}

/** The group of an apiVersion: `''` of `v1`, `apps` of `apps/v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Whether the labels hold every pair of the selector. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(selector).every((key) => Object.hasOwn(labels, key) && labels[key] === selector[key]);
}
