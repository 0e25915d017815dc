/** What a group of ends rests on: the answers that its walks took for true, in as few words as say the same. */
import { itemsOf } from '../walk/link.js';
import type { Fact, WalkEnd } from '../walk/types.js';

/** Answers that hold together, by question. */
type Term = ReadonlyMap<string, Fact>;

/** Beyond so many ways no shorter form is looked for. */
const mostTerms = 150;

/**
 * The conditions of which one must hold, each a list of clauses that hold together; an empty list of clauses: no
 * condition. Undefined where the ways are too many to be told. Lists of clients are left out: they are told by
 * themselves.
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

export type Conditions = (readonly string[])[] | undefined;

/** What was worked out before: each endpoint of a Service rests on the same answers. */
export type KnownConditions = Map<string, (readonly string[])[]>;

/** A question without a steady answer is another each time it is asked. */
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

/** Drops answers that make no difference, then terms that others hold already, until none is left. */
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

/** Without one answer, where another term says the same of the opposite. */
function shortened(term: Term, others: readonly Term[]): Term {
  for (const other of others) {
    const key = onlyOpposite(other, term);
    if (key !== undefined) return new Map([...term].filter(([one]) => one !== key));
  }
  return term;
}

/** The one question that `other` answers otherwise, where all else that it says is said by `term`, too. */
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

/** Whether all answers of one are among the other's. */
function isWithin(some: Term, all: Term): boolean {
  for (const [key, { holds }] of some) if (all.get(key)?.holds !== holds) return false;
  return true;
}
