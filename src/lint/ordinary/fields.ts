import type { Json, JsonObject } from '../../manifests/types.js';
import { isMap } from '../values.js';

/** Whether a value is what its field mostly holds. A no says nothing but that somebody has to look closer. */
export type Check = (value: Json | undefined) => boolean;

/** The fields that an ordinary object may have. */
export type Fields = ReadonlyMap<string, Check>;

export function fieldsOf(checks: Readonly<Record<string, Check>>): Fields {
  return new Map(Object.entries(checks));
}

/** Whether the value is a mapping that has the required and none but these fields, each as it mostly is. */
export function hasOrdinaryFields(value: Json | undefined, fields: Fields, ...required: readonly string[]): value is JsonObject {
  if (!isMap(value)) return false;
  for (const field in value) if (fields.get(field)?.(value[field]) !== true) return false;
  return required.every((field) => Object.hasOwn(value, field));
}

export const isString: Check = (value) => typeof value === 'string';
export const isBoolean: Check = (value) => typeof value === 'boolean';
export const isPort: Check = (value) => typeof value === 'number' && value >= 1 && value <= 65535 && Number.isInteger(value);
export const isOneOf = (...values: readonly string[]): Check => (value) => typeof value === 'string' && values.includes(value);
export const isListOf = (check: Check, most: number): Check => (value) => Array.isArray(value) && value.length > 0 && value.length <= most && value.every(check);
export const isMatching = (pattern: RegExp): Check => (value) => typeof value === 'string' && pattern.test(value);

/** A DNS-1035 label, which is a DNS-1123 label too. */
export const isLabel: Check = isMatching(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
/** A DNS-1123 subdomain short enough for any limit. */
export const isSubdomain: Check = isMatching(/^(?=.{1,253}$)[a-z0-9]+(?:(?:-+|\.)[a-z0-9]+)*$/);
export const isTime: Check = isMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const key = /^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?){0,6}\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** A map of labels. */
export const areLabels: Check = (value) => {
  if (!isMap(value)) return false;
  for (const name in value) {
    const text = value[name];
    if (typeof text !== 'string' || !labelValue.test(text) || !isKnownKey(name)) return false;
  }
  return true;
};

/** Annotations of a few kilobytes at most. */
export const areAnnotations: Check = (value) => {
  if (!isMap(value)) return false;
  let length = 0;
  for (const name in value) {
    const text = value[name];
    if (typeof text !== 'string' || !isKnownKey(name)) return false;
    length += name.length + text.length;
  }
  return length < 65536;
};

const knownKeys = new Set<string>();

/** The keys of a cluster's labels are few. */
function isKnownKey(name: string): boolean {
  if (knownKeys.has(name)) return true;
  if (name.length > 253 || !key.test(name)) return false;
  if (knownKeys.size < 4096) knownKeys.add(name);
  return true;
}
