/** Reads constants in expressions. */
import type { Expression } from './types.js';

/** The text of a constant; undefined for any other expression. */
export function literalText(value: Expression | undefined): string | undefined {
  return value?.kind === 'literal' ? value.text : undefined;
}

/** The parts of a key: more than one if it is concatenated. */
export function partsOf(key: Expression): readonly Expression[] {
  return key.kind === 'concatenation' ? key.parts : [key];
}
