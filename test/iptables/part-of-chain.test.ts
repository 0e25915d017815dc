/** Rules keep their numbers in a chain from which others were left out. */
import { PartOfChain } from '../../src/iptables/part-of-chain.js';
import type { Rule, Table } from '../../src/iptables/types.js';

const rule = (chain: string, to: string): Rule => ({ chain, matches: [], target: { kind: 'jump', chain: to } });
const table = (rules: readonly Rule[]): Table => ({ name: 'nat', chains: [], rules });

const made = (): readonly Rule[] => ['A', 'B', 'B', 'C', 'A', 'D'].map((to) => rule('KUBE-SERVICES', to));

it('counts the rules that were left out', () => {
  const all = made();
  const kept = [1, 2, 4, 5].flatMap((index) => all[index] ?? []);
  const part = new PartOfChain(kept, 'KUBE-SERVICES', () => table([rule('OTHER', 'A'), ...all]));
  expect(kept.map((_, index) => part.numberOf(index))).toEqual([2, 3, 5, 6]);
});

it('knows rules that were made anew by what they say', () => {
  const kept = [0, 1, 2, 5].flatMap((index) => made()[index] ?? []);
  const part = new PartOfChain(kept, 'KUBE-SERVICES', () => table(made()));
  expect(kept.map((_, index) => part.numberOf(index))).toEqual([1, 2, 3, 6]);
});

it('makes the whole table for the first number only', () => {
  let times = 0;
  const part = new PartOfChain(made(), 'KUBE-SERVICES', () => {
    times++;
    return table(made());
  });
  expect([times, part.numberOf(3), part.numberOf(5), times]).toEqual([0, 4, 6, 1]);
});
