/** Conditions that no input decides. */
import { negateIf, type Answer } from './doubt.js';
import type { Test } from './types.js';
import { factOf } from './state.js';

/** A condition that may or may not be met, the same for the packet's whole way: `text` describes it. */
export function unknown(key: string, text: string, isSteady = true): Test {
  const doubt = {
    kind: 'unknown',
    key,
    weight: 0.5,
    metWhen: true,
    ifMet: text,
    ifMissed: opposite(text),
    ...(isSteady ? {} : { isSteady }),
  } as const;
  return (state): Answer => (isSteady ? (factOf(state, key) ?? doubt) : doubt);
}

/** The negation of a statement in words. */
function opposite(text: string): string {
  if (text.endsWith(' holds')) return text.replace(/ holds$/, ' does not hold');
  const verb = /(?<!\bwhich) is (?!not )/;
  return verb.test(text) ? text.replace(verb, ' is not ') : `not: ${text}`;
}

/** A test that inverts the answer if `negated`. */
export function turned(test: Test, negated: boolean | undefined): Test {
  return negated === true ? (state, world) => negateIf(negated, test(state, world)) : test;
}
