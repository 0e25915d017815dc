/** What the builders of matches need to read their options. */
import type { GivenOption } from '../modules.js';
import type { Match } from '../../types.js';

export type Given = readonly GivenOption[];

export type Build = (given: Given) => Match | undefined;

export type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export function hasRepeats(given: Given): boolean {
  for (let index = 1; index < given.length; index++) {
    for (let before = 0; before < index; before++) if (given[before]?.schema === given[index]?.schema) return true;
  }
  return false;
}

export function find(given: Given, name: string): GivenOption | undefined {
  for (const option of given) if (option.schema.name === name) return option;
  return undefined;
}

/** The option, if exactly one is given. */
export function only(given: Given): GivenOption | undefined {
  return given.length === 1 ? given[0] : undefined;
}

export function negatedIf(option: { readonly negated: boolean }): { readonly negated?: true } {
  return option.negated ? { negated: true } : {};
}
