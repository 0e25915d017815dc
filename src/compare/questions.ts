/** Open questions: conditions that neither the inputs nor the walk decide, and whether outcomes depend on them. */
import { itemsOf } from '../walk/link.js';
import type { WalkEnd } from '../walk/types.js';
import { addToCount } from '../diagnostics/groups.js';

/** The answers that one way assumed, by question. */
type Answers = Map<string, boolean>;

/**
 * For each way, the answers to open questions on which the outcome depends, as sorted clauses. Left out: questions for
 * which both answers have the same outcome, and the contents of client lists.
 */
export function settledQuestions(
  ends: readonly WalkEnd[],
  keyOf: (end: WalkEnd) => number,
): (readonly string[])[] | undefined {
  const answers = ends.map(answersOf);
  const asked = new Set(answers.flatMap((own) => [...own.keys()]));
  if (asked.size === 0) return undefined;
  const keys = ends.map(keyOf);
  for (const question of asked)
    if (isIdle(question, ends, answers, keys)) for (const own of answers) own.delete(question);
  return answers.map((own) => [...own].map(([question, holds]) => `${holds ? '' : '! '}${question}`).sort());
}

function answersOf({ state }: WalkEnd): Answers {
  const own: Answers = new Map();
  for (const { key, holds, isMet } of itemsOf(state.facts))
    if (isMet !== undefined && !key.startsWith('recent ')) own.set(key, holds);
  return own;
}

/** Whether, for equal other answers, both answers lead to the same outcomes in the same shares. */
function isIdle(
  question: string,
  ends: readonly WalkEnd[],
  answers: readonly Answers[],
  keys: readonly number[],
): boolean {
  const groups = new Map<string, [Map<number, number>, Map<number, number>]>();
  for (const [index, own] of answers.entries()) {
    const answer = own.get(question);
    if (answer === undefined) continue;
    const others = [...own]
      .filter(([key]) => key !== question)
      .map(([key, holds]) => `${holds ? '' : '! '}${key}`)
      .sort()
      .join('|');
    const group = groups.get(others) ?? [new Map<number, number>(), new Map<number, number>()];
    groups.set(others, group);
    const side = group[answer ? 1 : 0];
    const key = keys[index] ?? 0;
    addToCount(side, key, ends[index]?.state.weight ?? 0);
  }
  return [...groups.values()].every(([no, yes]) => haveSameShares(no, yes));
}

function haveSameShares(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  if (a.size !== b.size) return false;
  const [all, other] = [sumOf(a), sumOf(b)];
  return [...a].every(([key, weight]) => Math.abs(weight / all - (b.get(key) ?? 0) / other) < 1e-7);
}

function sumOf(weights: ReadonlyMap<number, number>): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}
