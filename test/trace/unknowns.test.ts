/**
 * Questions that no dump answers. The expected shares are derived by reasoning: a set contains an address or not for
 * the packet's whole path (xt_set.c looks it up each time with the same result), and both answers of a question are
 * weighted equally.
 */
import { shareText } from '../../src/trace/shares.js';
import { traceText } from './support/tracers.js';

/** `verdict rule share` for all ways; ways to one rule are combined. */
function sharesOf(rules: string, chains = ''): string[] {
  const shares = new Map<string, number>();
  for (const { verdict, steps, probability } of traceText(
    `*filter\n:OUTPUT ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`,
    {},
  )) {
    const last = steps.at(-1);
    const place = verdict === 'DROP' ? `DROP by ${last?.chain ?? ''} ${last?.rule ?? 0}` : verdict;
    shares.set(place, (shares.get(place) ?? 0) + probability);
  }
  return [...shares].map(([place, share]) => `${place}: ${shareText(share)}`).sort();
}

const set = (name: string): string => `-m set --match-set ${name} src`;

describe('several unknown conditions in one rule', () => {
  it('asked once more in another order are answered the same', () => {
    expect(sharesOf(`-A OUTPUT ${set('S')} ${set('T')} -j ACCEPT\n-A OUTPUT ${set('T')} ${set('S')} -j DROP`)).toEqual([
      'ACCEPT: all',
    ]);
  });

  it('asked by themselves in a later rule are answered the same', () => {
    expect(sharesOf(`-A OUTPUT ${set('S')} ${set('T')} -j ACCEPT\n-A OUTPUT ${set('S')} -j DROP`)).toEqual([
      'ACCEPT: 3/4',
      'DROP by OUTPUT 2: 1/4',
    ]);
  });

  it('negated are answered the other way round', () => {
    expect(
      sharesOf(`-A OUTPUT ${set('S')} -m set ! --match-set T src -j ACCEPT\n-A OUTPUT ${set('T')} -j DROP`),
    ).toEqual(['ACCEPT: 1/2', 'DROP by OUTPUT 2: 1/2']);
  });

  it('that exclude each other are never met', () => {
    expect(sharesOf(`-A OUTPUT ${set('S')} -m set ! --match-set S src -j DROP`)).toEqual(['ACCEPT: all']);
  });

  it('are answered the same when a chain is gone through twice', () => {
    const twice = sharesOf(`-A OUTPUT -j A\n-A OUTPUT -j A\n-A A ${set('S')} ${set('T')} -j DROP`, ':A - [0:0]\n');
    expect(twice).toEqual(['ACCEPT: 3/4', 'DROP by A 1: 1/4']);
  });

  it('beside chance leave the chance as it is', () => {
    expect(
      sharesOf(
        `-A OUTPUT ${set('S')} -m statistic --mode random --probability 0.5 -j ACCEPT\n-A OUTPUT ${set('S')} -j DROP`,
      ),
    ).toEqual(['ACCEPT: 3/4', 'DROP by OUTPUT 2: 1/4']);
  });

  it('a limit may be kept once and exceeded the next time', () => {
    const limit = '-m limit --limit 1/second';
    expect(sharesOf(`-A OUTPUT ${set('S')} ${limit} -j ACCEPT\n-A OUTPUT ${limit} -j DROP`)).toEqual([
      'ACCEPT: 5/8',
      'DROP by OUTPUT 2: 3/8',
    ]);
  });
});

describe('a long policy of unknown conditions', () => {
  const rules = (source: (index: number) => string): string =>
    Array.from({ length: 60 }, (_, index) => `-A OUTPUT ${set(source(index))} ${set(`T${index}`)} -j DROP`).join('\n');

  it('has a way for each rule where no two rules ask the same', () => {
    expect(traceText(`*filter\n:OUTPUT ACCEPT [0:0]\n${rules((index) => `S${index}`)}\nCOMMIT\n`, {})).toHaveLength(61);
  });

  it('is cut short, which the outcomes say, where rules ask the same in too many ways', () => {
    const sets = Array.from({ length: 14 }, (_, index) => `-A OUTPUT ${set(`S${index}`)} -j MARK --set-xmark 0x1/0x1`);
    const outcomes = traceText(`*filter\n:OUTPUT ACCEPT [0:0]\n${[...sets, ...sets].join('\n')}\nCOMMIT\n`, {});
    expect(outcomes.length).toBe(2001);
    expect(outcomes.reduce((total, { probability }) => total + probability, 0)).toBeCloseTo(1, 9);
    expect(
      outcomes.some(({ assumptions }) =>
        assumptions.includes('of more than 2000 ways that the packet may take, the others were not followed'),
      ),
    ).toBe(true);
  });
});
