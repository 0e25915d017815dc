import type { Packets } from './packets.js';

/**
 * An undecided condition. `chance` has the kernel's probability. For `unknown` both answers are possible; the weight
 * only serves to keep the shares of endpoints equal.
 */
export type Doubt =
  | { readonly kind: 'chance'; readonly probability: number; readonly assumption?: string }
  | {
      readonly kind: 'unknown';
      readonly key: string;
      readonly weight: number;
      readonly ifMet: string;
      readonly ifMissed: string;
      /** The assumption of this branch: the value of the fact `key`, inverted if the condition is negated. */
      readonly metWhen: boolean;
      /** False: the answer may be different the next time. */
      readonly isSteady?: false;
      /** How many seconds the fact remains (a list of clients); absent: unknown. */
      readonly seconds?: number;
    };

/**
 * Different answers for parts of a set: disjoint parts that cover it. The caller asks again for each part, which is
 * then answered or split further.
 */
export interface Parting {
  readonly kind: 'parting';
  readonly parts: readonly Packets[];
}

export type Answer = boolean | Doubt | Parting;

/** Whether the question must be asked again for each part. */
export function isParting(value: unknown): value is Parting {
  return typeof value === 'object' && value !== null && (value as { readonly kind?: unknown }).kind === 'parting';
}

/** The answer of the negated condition. */
export function negate(answer: Answer): Answer {
  if (typeof answer === 'boolean') return !answer;
  if (answer.kind === 'parting') return answer;
  if (answer.kind === 'chance') return { ...answer, probability: 1 - answer.probability };
  return {
    ...answer,
    weight: 1 - answer.weight,
    ifMet: answer.ifMissed,
    ifMissed: answer.ifMet,
    metWhen: !answer.metWhen,
  };
}

export function negateIf(negated: boolean | undefined, answer: Answer): Answer {
  return negated === true ? negate(answer) : answer;
}

/**
 * Conditions that must all be met: the first that is not met or splits the set decides, else the first undecided one,
 * else they are met.
 */
export function both(first: Answer, second: () => Answer): Answer {
  if (first === false || isParting(first)) return first;
  const other = second();
  return first === true || other === false || isParting(other) ? other : first;
}

type UnknownDoubt = Doubt & { readonly kind: 'unknown' };

/**
 * Undecided conditions that must all be met, as one condition. If it is not met, at least one of them is not, but it is
 * unknown which.
 */
export function allOf(doubts: readonly UnknownDoubt[]): UnknownDoubt | undefined {
  const [first, second] = doubts;
  if (first === undefined || second === undefined) return first;
  return {
    kind: 'unknown',
    key: doubts.map(({ key, metWhen }) => `${metWhen ? '' : '! '}${key}`).join(' and '),
    metWhen: true,
    weight: doubts.reduce((product, { weight }) => product * weight, 1),
    ifMet: doubts.map(({ ifMet }) => ifMet).join(', and '),
    ifMissed: doubts.map(({ ifMissed }) => ifMissed).join(', or '),
  };
}

/** Random conditions that must all be met, as one. */
export function allChances(chances: readonly (Doubt & { readonly kind: 'chance' })[]): Doubt {
  const assumption = chances.flatMap((chance) => chance.assumption ?? []).join('; ');
  const probability = chances.reduce((product, chance) => product * chance.probability, 1);
  return { kind: 'chance', probability, ...(assumption === '' ? {} : { assumption }) };
}
