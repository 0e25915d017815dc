import fc from 'fast-check';
import { assignNumbers } from '../../src/cluster/pool.js';

const free = (size: number): { size: number; isTaken: () => boolean } => ({ size, isTaken: () => false });
const keys = fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 60 });

describe('a pool of numbers', () => {
  it('serves every key while there is room, even to the last number', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 3 }), (all, spare) => {
        const numbers = assignNumbers(all, free(all.length + spare));
        expect(numbers.size).toBe(all.length);
        expect(new Set(numbers.values()).size).toBe(all.length);
        expect([...numbers.values()].every((number) => number >= 0 && number < all.length + spare)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('never gives what is taken', () => {
    fc.assert(
      fc.property(keys, (all) => {
        const numbers = assignNumbers(all, { size: 2 * all.length, isTaken: (number) => number % 2 === 0 });
        expect(numbers.size).toBe(all.length);
        expect([...numbers.values()].every((number) => number % 2 === 1)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('gives each key the same number in whatever order they come', () => {
    fc.assert(
      fc.property(keys, (all) => {
        const [forth, back] = [assignNumbers(all, free(100)), assignNumbers([...all].reverse(), free(100))];
        expect(all.map((key) => forth.get(key))).toEqual(all.map((key) => back.get(key)));
      }),
      { numRuns: 200 },
    );
  });

  it('moves few keys when one is added: half of a crowded pool keeps its numbers in nearly every case', () => {
    const all = Array.from({ length: 128 }, (_, index) => `key-${index}`);
    const before = assignNumbers(all, free(256));
    const moved = Array.from({ length: 100 }, (_, index) => assignNumbers([...all, `new-${index}`], free(256))).map(
      (after) => all.filter((key) => after.get(key) !== before.get(key)).length,
    );
    expect(moved.reduce((sum, count) => sum + count, 0) / moved.length).toBeLessThan(1);
  });

  it('gives nothing where there is nothing', () => {
    expect(assignNumbers(['a'], free(0)).size).toBe(0);
  });
});
