import type { Json, JsonObject } from '../manifests/types.js';

/** The value as a map; empty if it is not a map. */
export function asMap(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The texts in a list; other items are left out. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A field's text; undefined if it is not a text. */
export function textIn(facts: JsonObject, name: string): string | undefined {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
}

/** A field's number, written as a number or as text (`0x539`); undefined otherwise. */
export function numberIn(facts: JsonObject, name: string): number | undefined {
  const value = facts[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
