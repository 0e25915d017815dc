import type { Json, JsonObject } from '../../manifests/types.js';
import { isPortNumber } from '../model/ports.js';
import {
  dns1035LabelFault,
  dnsSubdomainFault,
  labelValueFault,
  portNameFault,
  qualifiedNameFault,
} from '../model/syntax.js';
import { isObject } from '../../manifests/values.js';

/** Whether a field has a common, certainly valid value. False only means that it must be checked fully. */
export type Check = (value: Json | undefined) => boolean;

/** The fields that an ordinary object may have. */
export type Fields = ReadonlyMap<string, Check>;

export function fieldsOf(checks: Readonly<Record<string, Check>>): Fields {
  return new Map(Object.entries(checks));
}

/** Whether the value is a mapping with the required fields and no others than these, each with a common value. */
export function hasOrdinaryFields(
  value: Json | undefined,
  fields: Fields,
  ...required: readonly string[]
): value is JsonObject {
  if (!isObject(value)) return false;
  for (const field in value) if (fields.get(field)?.(value[field]) !== true) return false;
  return required.every((field) => Object.hasOwn(value, field));
}

export const isString: Check = (value) => typeof value === 'string';
export const isBoolean: Check = (value) => typeof value === 'boolean';
export const isPort: Check = (value) => typeof value === 'number' && isPortNumber(value);
export const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value);
export const isListOf =
  (check: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= most && value.every(check);
const isMatching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

/** A string that is valid for a function of `model/syntax.ts`. */
const isWithout =
  (faultOf: (text: string) => string | undefined): Check =>
  (value) =>
    typeof value === 'string' && faultOf(value) === undefined;

/** A DNS-1035 label, which is also a DNS-1123 label, so it is valid in every version. */
export const isLabel: Check = isWithout(dns1035LabelFault);
export const isSubdomain: Check = isWithout(dnsSubdomainFault);
export const isPortName: Check = isWithout(portNameFault);
const isLabelValue: Check = isWithout(labelValueFault);
export const isTime: Check = isMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

/** A map of labels. */
export const areLabels: Check = (value) => {
  if (!isObject(value)) return false;
  for (const name in value) {
    if (!isLabelValue(value[name]) || !isKnownKey(name)) return false;
  }
  return true;
};

/** Annotations well below the size limit. */
export const areAnnotations: Check = (value) => {
  if (!isObject(value)) return false;
  let length = 0;
  for (const name in value) {
    const text = value[name];
    if (typeof text !== 'string' || !isKnownKey(name)) return false;
    length += name.length + text.length;
  }
  return length < 65536;
};

const knownKeys = new Set<string>();

/** Cached: a cluster has few distinct label keys. */
function isKnownKey(name: string): boolean {
  if (knownKeys.has(name)) return true;
  if (qualifiedNameFault(name) !== undefined) return false;
  if (knownKeys.size < 4096) knownKeys.add(name);
  return true;
}
