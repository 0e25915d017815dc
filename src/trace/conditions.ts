/** The conditions of a group of ends: the answers that its walks assumed, simplified. */
import { itemsOf } from '../walk/link.js';
import type { Fact, WalkEnd } from '../walk/types.js';

/** Answers that must all be true, by question. */
type Term = ReadonlyMap<string, Fact>;

/** With more ways than this, conditions are not simplified. */
const mostTerms = 150;

/**
 * The conditions of which one must be true, each a list of clauses that must all be true; an empty list of clauses
 * means no condition. Undefined if there are too many ways. Lists of clients are left out, because they are described
 * separately.
 */
export function conditionsOf(ends: readonly WalkEnd[], known: KnownConditions = new Map()): Conditions {
  const distinct = new Map(ends.map((end) => termOf(end)).map((term) => [idOf(term), term]));
  if (distinct.size > mostTerms) return undefined;
  const id = [...distinct.keys()].join('\n\n');
  const found =
    known.get(id) ?? simplified([...distinct.values()]).map((term) => [...term.values()].map(({ text }) => text ?? ''));
  known.set(id, found);
  return found;
}

type Conditions = (readonly string[])[] | undefined;

/** A cache: the endpoints of a Service all have the same conditions. */
export type KnownConditions = Map<string, (readonly string[])[]>;

/** A question without a constant answer counts as a new one each time. */
function termOf({ state }: WalkEnd): Term {
  const term = new Map<string, Fact>();
  for (const fact of itemsOf(state.facts)) {
    if (fact.text === undefined || fact.key.startsWith('recent ')) continue;
    let key = fact.key;
    while (term.has(key)) key += "'";
    term.set(key, fact);
  }
  return term;
}

function idOf(term: Term): string {
  return [...term]
    .map(([key, { holds }]) => `${holds ? '+' : '-'}${key}`)
    .sort()
    .join('\n');
}

/** Removes irrelevant answers, then terms implied by others, until nothing changes. */
function simplified(terms: readonly Term[]): Term[] {
  let before: readonly Term[] = terms;
  for (;;) {
    const shorter = before.map((term) => shortened(term, before));
    const after = shorter.filter(
      (term, index) =>
        !shorter.some(
          (other, place) => place !== index && isWithin(other, term) && (other.size < term.size || place < index),
        ),
    );
    if (after.length === before.length && after.every((term, index) => term.size === before[index]?.size)) return after;
    before = after;
  }
}

/** The term without one answer, if another term has the opposite answer and is otherwise implied. */
function shortened(term: Term, others: readonly Term[]): Term {
  for (const other of others) {
    const key = onlyOpposite(other, term);
    if (key !== undefined) return new Map([...term].filter(([one]) => one !== key));
  }
  return term;
}

/** The only question that `other` answers differently, if `term` contains all its other answers. */
function onlyOpposite(other: Term, term: Term): string | undefined {
  let opposite: string | undefined;
  for (const [key, { holds }] of other) {
    const own = term.get(key)?.holds;
    if (own === holds) continue;
    if (own === undefined || opposite !== undefined) return undefined;
    opposite = key;
  }
  return opposite;
}

/** Whether all answers of one term are among the other's. */
function isWithin(some: Term, all: Term): boolean {
  for (const [key, { holds }] of some) if (all.get(key)?.holds !== holds) return false;
  return true;
}
