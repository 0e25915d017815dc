import type { Json, JsonObject } from '../manifests/types.js';

/** The value as a map; an empty one where it is none. */
export function asMap(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The texts of a list; all else is left out. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The text of a field; undefined where it is none. */
export function textIn(facts: JsonObject, name: string): string | undefined {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
}

/** The number of a field, written as number or text (`0x539`); undefined where it is none. */
export function numberIn(facts: JsonObject, name: string): number | undefined {
  const value = facts[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
