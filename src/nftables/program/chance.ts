/** Values that the kernel chooses: `numgen`, and hashes of packets. */
import type { Answer } from '../../walk/doubt.js';
import type { Test } from '../../walk/types.js';
import type { Expression } from '../types.js';
import { numbersOf } from './values.js';

/** A value of which every number is equally likely. */
export type Choice = Extract<Expression, { kind: 'numgen' | 'hash' }>;

export function isChoice(expression: Expression): expression is Choice {
  return expression.kind === 'numgen' || expression.kind === 'hash';
}

/** Whether each rule has another value: nft gives every jhash without a seed its own, and symhash has none. */
export function isChosenAnew(choice: Choice): boolean {
  return choice.kind === 'numgen' || (choice.of !== undefined && choice.seed === undefined);
}

/** The answer of a condition that is met with this probability. */
export function chanceOf(choice: Choice, probability: number): Answer {
  if (probability <= 0) return false;
  if (probability >= 1) return true;
  const assumption = assumptionOf(choice);
  return { kind: 'chance', probability, ...(assumption === undefined ? {} : { assumption }) };
}

function assumptionOf(choice: Choice): string | undefined {
  if (choice.kind === 'hash')
    return 'a hash of the packet gives any value with equal probability: the same for every packet of the same kind';
  return choice.mode === 'inc' ? 'the counter of numgen inc has any value with equal probability' : undefined;
}

/** How many of the numbers are among these; undefined if a constant is not understood. */
export function countOf({ modulus, offset = 0 }: Choice, key: Expression): number | undefined {
  const range = numbersOf(key);
  if (range === undefined) return undefined;
  const [from, to] = range;
  return Math.max(0, Math.min(to, offset + modulus - 1) - Math.max(from, offset) + 1);
}

/** The test that the chosen number is one of these constants; undefined if one of them is not understood. */
export function choiceTest(choice: Choice, keys: readonly Expression[]): Test | undefined {
  let count = 0;
  for (const key of keys) {
    const own = countOf(choice, key);
    if (own === undefined) return undefined;
    count += own;
  }
  const answer = chanceOf(choice, count / choice.modulus);
  return () => answer;
}
