import { hasNumber, pairsOf, ShareBook, shareRounding, total, type Shares } from '../../src/compare/shares.js';

type Pair = readonly [number: number, share: number];

function sharesOf(book: ShareBook, all: readonly Pair[]): Shares {
  // In two ways: at once, and added up one by one.
  if (all.length % 2 === 0) return book.of(all);
  const shares = all.reduce<Shares | undefined>((sum, one) => book.sum(sum, book.of([one])), undefined);
  if (shares === undefined) throw new Error('there are shares');
  return shares;
}

/** Numbers in no order, the same ones in each run. */
function* mixed(below: number): Generator<number> {
  for (let seed = 1; ;) {
    seed = (seed * 48271) % 2147483647;
    yield seed % below;
  }
}

describe('shares of outcomes', () => {
  const book = new ShareBook();
  const shares = (...all: readonly Pair[]): Shares => sharesOf(book, all);

  it('are added up by number', () => {
    expect([...pairsOf(shares([5000, 0.25], [2, 0.5], [5000, 0.25]))]).toEqual([
      [2, 0.5],
      [5000, 0.5],
    ]);
  });

  it('are equal in any order, within the rounding of the kernel for each outcome', () => {
    const third = shares([1, 0.5], [2, 0.5]);
    expect(book.areEqual(third, shares([2, 0.5], [1, 0.5]))).toBe(true);
    expect(book.areEqual(third, shares([1, 0.5 + shareRounding], [2, 0.5 - shareRounding]))).toBe(true);
    expect(book.areEqual(third, shares([1, 0.5 + 2 * shareRounding], [2, 0.5 - 2 * shareRounding]))).toBe(false);
    expect(book.areEqual(third, shares([1, 0.5], [3, 0.5]))).toBe(false);
    expect(book.areEqual(third, shares([1, 0.5]))).toBe(false);
  });

  it('of other outcomes have other hashes, though their numbers add up to the same', () => {
    // Each client is an endpoint of its own Service: one outcome of a hundred is another.
    const fates = Array.from({ length: 100 }, (_, own) =>
      shares(...Array.from({ length: 100 }, (_, index) => [index === own ? 100 + index : index, 0.01] as const)),
    );
    expect(new Set(fates.map(({ hash }) => hash)).size).toBe(100);
    expect(shares([1, 0.5], [2, 0.5]).hash).toBe(shares([2, 0.5], [1, 0.5]).hash);
  });

  it.each([4, 30, 700])('give the same answers as plain maps, for numbers below %d', (below) => {
    const numbers = mixed(below);
    const next = (): number => numbers.next().value as number;
    for (let run = 0; run < 20; run++) {
      const [a, b] = [0, 1].map(() => Array.from({ length: 1 + next() }, (): Pair => [next(), (1 + next()) / 1024]));
      const [was, is] = [plain(a ?? []), plain(b ?? [])];
      const [before, after] = [shares(...(a ?? [])), shares(...(b ?? []))];
      const only = (one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): number[] =>
        [...one.keys()].filter((number) => !other.has(number));
      const every = [...new Set([...was.keys(), ...is.keys()])];
      const { lost, gained, absolute } = book.gap(before, after);
      expect([lost, gained]).toEqual([only(was, is).length, only(is, was).length]);
      expect(absolute).toBe(Math.max(...every.map((one) => Math.abs((was.get(one) ?? 0) - (is.get(one) ?? 0)))));
      expect(before.hash === after.hash).toBe(lost + gained === 0);
      expect(before.size).toBe(was.size);
      expect(new Map(pairsOf(book.sum(before, after)))).toEqual(plain([...pairsOf(before), ...pairsOf(after)]));
      for (const number of every.slice(0, 10)) {
        expect(hasNumber(before, number)).toBe(was.has(number));
        expect(book.someDiffers(before, after, (one) => one === number)).toBe(was.has(number) !== is.has(number));
      }
      const halved = book.renumbered(before, (one) => (one % 3 === 0 ? undefined : one >> 1), new Map());
      const kept = [...was].filter(([one]) => one % 3 !== 0).map(([one, share]): Pair => [one >> 1, share]);
      expect(new Map(pairsOf(halved))).toEqual(plain(kept));
      expect(total(before, (number) => number, new Map())).toBe([...was.keys()].reduce((sum, one) => sum + one, 0));
    }
  });
});

function plain(all: readonly Pair[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [number, share] of all) sums.set(number, (sums.get(number) ?? 0) + share);
  return sums;
}
