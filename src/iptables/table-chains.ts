/** A table's rules by chain. */
import { append } from '../diagnostics/extremes.js';
import type { Chain, Rule, Table } from './types.js';

/** A chain of a table: how it is declared (undefined: only rules name it), and its rules. */
class TableChain {
  /** The rules are those of a list from one place to before another. */
  constructor(
    readonly declared: Chain | undefined,
    private readonly list: readonly Rule[],
    private readonly from: number,
    private readonly to: number,
  ) {}

  get length(): number {
    return this.to - this.from;
  }

  /** The rule with this number, counted from 0. */
  rule(number: number): Rule | undefined {
    return number < this.to - this.from ? this.list[this.from + number] : undefined;
  }

  /** Its rules in order. */
  get rules(): readonly Rule[] {
    return this.list.slice(this.from, this.to);
  }
}

/** The chains of a table by name. Only numbers are kept of each: there may be a hundred thousand. */
class TableChains {
  private readonly numbers = new Map<string, number>();
  private readonly declared: (Chain | undefined)[] = [];
  /** By number: the places in the table of the chain's rules, which mostly follow one another. */
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  /** The rules of chains of which they do not. */
  private readonly gathered = new Map<number, Rule[]>();

  constructor(private readonly table: Table) {
    for (const chain of table.chains) this.numberOf(chain.name, chain);
    const { rules } = table;
    for (let start = 0, end = 0; start < rules.length; start = end) {
      const name = rules[start]?.chain ?? '';
      while (end < rules.length && rules[end]?.chain === name) end++;
      this.add(this.numberOf(name), start, end);
    }
  }

  private numberOf(name: string, declared?: Chain): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.numbers.size);
    this.declared.push(declared);
    this.from.push(0);
    return this.to.push(0) - 1;
  }

  private add(number: number, start: number, end: number): void {
    if (this.to[number] === 0) [this.from[number], this.to[number]] = [start, end];
    else {
      const { rules } = this.table;
      const all = this.gathered.get(number) ?? rules.slice(this.from[number], this.to[number]);
      append(all, rules.slice(start, end));
      this.gathered.set(number, all);
    }
  }

  get size(): number {
    return this.numbers.size;
  }

  keys(): MapIterator<string> {
    return this.numbers.keys();
  }

  has(name: string): boolean {
    return this.numbers.has(name);
  }

  get(name: string): TableChain | undefined {
    const number = this.numbers.get(name);
    return number === undefined ? undefined : this.numbered(number);
  }

  *[Symbol.iterator](): Generator<[string, TableChain]> {
    for (const [name, number] of this.numbers) yield [name, this.numbered(number)];
  }

  private numbered(number: number): TableChain {
    const [declared, all] = [this.declared[number], this.gathered.get(number)];
    return all === undefined
      ? new TableChain(declared, this.table.rules, this.from[number] ?? 0, this.to[number] ?? 0)
      : new TableChain(declared, all, 0, all.length);
  }
}

const known = new WeakMap<Table, TableChains>();

/** The chains of a table, those without rules included. Linear in the rules once; of each, only its chain is read. */
export function chainsOf(table: Table): TableChains {
  let chains = known.get(table);
  if (chains === undefined) known.set(table, (chains = new TableChains(table)));
  return chains;
}
