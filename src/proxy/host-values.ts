import type { JsonObject } from '../manifests/types.js';

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
