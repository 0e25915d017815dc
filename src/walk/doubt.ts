import type { Packets } from './packets.js';

/**
 * What a condition may be where it is neither met nor missed for certain. Chance has the kernel's own probability; of
 * what is unknown either answer counts, with a weight that only spreads the shares evenly.
 */
export type Doubt =
  | { readonly kind: 'chance'; readonly probability: number; readonly assumption?: string }
  | {
      readonly kind: 'unknown';
      readonly key: string;
      readonly weight: number;
      readonly ifMet: string;
      readonly ifMissed: string;
      /** What this branch then takes for true: the fact of `key`, unless the condition is negated. */
      readonly metWhen: boolean;
      /** False: it may be answered otherwise when it comes up again. */
      readonly isSteady?: false;
      /** Seconds that what was asked for is remembered (a list of clients); absent: it is not told. */
      readonly seconds?: number;
    };

/**
 * The packets of a set fare differently: disjoint parts that cover it. Whoever asked asks again for each part, which is
 * answered or parted further.
 */
export interface Parting {
  readonly kind: 'parting';
  readonly parts: readonly Packets[];
}

export type Answer = boolean | Doubt | Parting;

/** Whether what was asked for has to be asked again for each part. */
export function isParting(value: unknown): value is Parting {
  return typeof value === 'object' && value !== null && (value as { readonly kind?: unknown }).kind === 'parting';
}

/** The answer of a negated condition. */
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

/** Conditions that must all be met: the first that is missed or parts decides, else a doubt, else they are met. */
export function both(first: Answer, second: () => Answer): Answer {
  if (first === false || isParting(first)) return first;
  const other = second();
  return first === true || other === false || isParting(other) ? other : first;
}

type UnknownDoubt = Doubt & { readonly kind: 'unknown' };

/**
 * Questions that must all be met, as one of its own: that some are not met is then known of all of them, but of none by
 * itself.
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

/** Chances that must all be met, as one. */
export function allChances(chances: readonly (Doubt & { readonly kind: 'chance' })[]): Doubt {
  const assumption = chances.flatMap((chance) => chance.assumption ?? []).join('; ');
  const probability = chances.reduce((product, chance) => product * chance.probability, 1);
  return { kind: 'chance', probability, ...(assumption === '' ? {} : { assumption }) };
}
