/**
 * What a condition may be where it is neither met nor missed for certain. Chance has the kernel's own probability; of what is unknown either
 * answer counts, with a weight that only spreads the shares evenly.
 */
export type Doubt =
  | { readonly kind: 'chance'; readonly probability: number; readonly assumption?: string }
  | { readonly kind: 'unknown'; readonly key: string; readonly weight: number; readonly ifMet: string; readonly ifMissed: string;
      /** What this branch then takes for true: the fact of `key`, unless the condition is negated. */
      readonly metWhen: boolean };

export type Answer = boolean | Doubt;

/** The answer of a negated condition. */
export function negate(answer: Answer): Answer {
  if (typeof answer === 'boolean') return !answer;
  if (answer.kind === 'chance') return { ...answer, probability: 1 - answer.probability };
  return { ...answer, weight: 1 - answer.weight, ifMet: answer.ifMissed, ifMissed: answer.ifMet, metWhen: !answer.metWhen };
}

export function negateIf(negated: boolean | undefined, answer: Answer): Answer {
  return negated === true ? negate(answer) : answer;
}
