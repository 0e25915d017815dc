import { chainsOf } from './table-chains.js';
import type { Rule, Table } from './types.js';

/** A chain of a table from which rules were left out. */
export class PartOfChain {
  private numbers: readonly number[] | undefined;

  /** `whole`: the table with all rules. */
  constructor(
    private readonly rules: readonly Rule[],
    private readonly name: string,
    private readonly whole: () => Table,
  ) {}

  /** The number, from 1, of a rule of the part in the whole chain. The whole table is made for the first answer. */
  numberOf(index: number): number | undefined {
    this.numbers ??= numbersIn(chainsOf(this.whole()).get(this.name)?.rules ?? [], this.rules);
    return this.numbers[index];
  }
}

/** The whole may have been lowered anew, so rules are known by what they say; what was kept is in the same order. */
function numbersIn(all: readonly Rule[], kept: readonly Rule[]): number[] {
  const places = new Map(all.map((rule, index) => [rule, index + 1]));
  if (kept.every((rule) => places.has(rule))) return kept.map((rule) => places.get(rule) ?? 0);
  const texts = all.map((rule) => JSON.stringify(rule));
  let last = -1;
  return kept.map((rule) => (last = texts.indexOf(JSON.stringify(rule), last + 1)) + 1);
}
