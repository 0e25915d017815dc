import { portSets, type PortSet } from '../../src/walk/transport.js';
import { eachMeeting } from '../../src/walk/sweep.js';
import { random } from './support/regions.js';

type Pair = readonly [PortSet, PortSet];

function sets(count: number, next: () => number): PortSet[] {
  return Array.from({ length: count }, () =>
    portSets.of(
      Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
        const from = Math.floor(next() * 2000);
        return [from, from + Math.floor(next() * 20)] as const;
      }),
    ),
  );
}

function meetings(first: readonly PortSet[], second: readonly PortSet[]): Pair[] {
  const found: Pair[] = [];
  eachMeeting(
    first,
    second,
    (set) => set,
    portSets,
    (one, other) => {
      if (portSets.intersect(one, other).length > 0) found.push([one, other]);
    },
  );
  return found;
}

describe('pairs of sets that have something in common', () => {
  it.each([
    [3, 4],
    [60, 50],
    [1, 2000],
    [0, 9],
  ])('of %i and %i sets are visited once, in order', (few, many) => {
    const next = random(few + many);
    const [first, second] = [sets(few, next), sets(many, next)];
    const all = first.flatMap((one) => second.map((other): Pair => [one, other]));
    expect(meetings(first, second)).toEqual(all.filter(([one, other]) => portSets.intersect(one, other).length > 0));
  });

  it('of sets that are apart are not visited one by one', () => {
    const apart = (from: number): PortSet[] => Array.from({ length: 3000 }, (_, index) => [from + index, from + index]);
    let visits = 0;
    eachMeeting(
      apart(0),
      apart(2900),
      (set) => set,
      portSets,
      () => visits++,
    );
    expect(visits).toBe(100);
  });
});
