import { hashOf, shareRounding, ShareTable, type Shares } from '../../src/compare/shares.js';

const table = new ShareTable();

function shares(...all: readonly (readonly [number: number, share: number])[]): Shares {
  for (const [number, share] of all) table.add(number, share);
  return table.take();
}

describe('shares of outcomes', () => {
  it('are added up by number, first come first', () => {
    const { numbers, values } = shares([5000, 0.25], [2, 0.5], [5000, 0.25]);
    expect([...numbers]).toEqual([5000, 2]);
    expect([...values]).toEqual([0.5, 0.5]);
  });

  it('are equal in any order, within the rounding of the kernel for each outcome', () => {
    const third = shares([1, 0.5], [2, 0.5]);
    expect(table.areEqual(third, shares([2, 0.5], [1, 0.5]))).toBe(true);
    expect(table.areEqual(third, shares([1, 0.5 + shareRounding], [2, 0.5 - shareRounding]))).toBe(true);
    expect(table.areEqual(third, shares([1, 0.5 + 2 * shareRounding], [2, 0.5 - 2 * shareRounding]))).toBe(false);
    expect(table.areEqual(third, shares([1, 0.5], [3, 0.5]))).toBe(false);
    expect(table.areEqual(third, shares([1, 0.5]))).toBe(false);
  });

  it('of other outcomes have other hashes, though their numbers add up to the same', () => {
    // Each client is an endpoint of its own Service: one outcome of a hundred is another.
    const fates = Array.from({ length: 100 }, (_, own) =>
      shares(...Array.from({ length: 100 }, (_, index) => [index === own ? 100 + index : index, 0.01] as const)),
    );
    expect(new Set(fates.map(hashOf)).size).toBe(100);
    expect(hashOf(shares([1, 0.5], [2, 0.5]))).toBe(hashOf(shares([2, 0.5], [1, 0.5])));
  });
});
