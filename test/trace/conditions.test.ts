/** The conditions of outcomes, simplified: equivalent but shorter, and computed quickly. */
import { conditionsOf } from '../../src/trace/conditions.js';
import type { Link } from '../../src/walk/link.js';
import type { Fact, WalkEnd } from '../../src/walk/types.js';

function endWith(answers: Readonly<Record<string, boolean>>): WalkEnd {
  let facts: Link<Fact> | undefined;
  for (const [key, holds] of Object.entries(answers))
    facts = { item: { key, holds, text: holds ? key : `not ${key}` }, before: facts };
  return { state: { facts }, verdict: 'ACCEPT', reason: '' } as unknown as WalkEnd;
}

const sorted = (ends: readonly WalkEnd[]): string[] | undefined =>
  conditionsOf(ends)
    ?.map((clauses) => [...clauses].sort().join(' & '))
    .sort();

describe('conditions', () => {
  it('that do not matter are left out', () => {
    expect(sorted([endWith({ a: true, b: true }), endWith({ a: true, b: false })])).toEqual(['a']);
    expect(sorted([endWith({ a: true }), endWith({ a: false })])).toEqual(['']);
    expect(sorted([endWith({ a: true }), endWith({ a: false, b: true })])).toEqual(['a', 'b']);
    expect(sorted([endWith({ a: true, b: true }), endWith({ a: false, b: false })])).toEqual([
      'a & b',
      'not a & not b',
    ]);
  });

  it('hold for the same answers as before', () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
      a: (bits & 1) !== 0,
      b: (bits & 2) !== 0,
      c: (bits & 4) !== 0,
    }));
    for (let chosen = 1; chosen < 256; chosen++) {
      const terms = all.filter((_, index) => ((chosen >> index) & 1) !== 0);
      const conditions = conditionsOf(terms.map(endWith)) ?? [];
      const holds = (answers: Readonly<Record<string, boolean>>): boolean =>
        conditions.some((clauses) =>
          clauses.every((clause) =>
            clause.startsWith('not ') ? answers[clause.slice(4)] === false : answers[clause] === true,
          ),
        );
      expect(all.map(holds)).toEqual(all.map((answers) => terms.includes(answers)));
    }
  });

  it('are too many to be told from 151 on', () => {
    expect(conditionsOf(Array.from({ length: 151 }, (_, index) => endWith({ [`q${index}`]: true })))).toBeUndefined();
  });
});
