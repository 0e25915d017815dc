/** A table's rules by chain. */
import { append } from '../diagnostics/extremes.js';
import type { Chain, Rule, Table } from './types.js';

/** A chain of a table: how it is declared, and its rules. */
class TableChain {
  /** The places of its rules in the table, if they follow one another, as they mostly do. */
  private from = 0;
  private to = 0;
  /** Otherwise its rules. */
  private gathered: Rule[] | undefined;

  constructor(
    private readonly table: Table,
    readonly declared: Chain | undefined,
  ) {}

  get length(): number {
    return this.gathered?.length ?? this.to - this.from;
  }

  /** The rule with this number, counted from 0. */
  rule(number: number): Rule | undefined {
    if (this.gathered !== undefined) return this.gathered[number];
    return number < this.to - this.from ? this.table.rules[this.from + number] : undefined;
  }

  /** Its rules in order. */
  get rules(): readonly Rule[] {
    return this.gathered ?? this.table.rules.slice(this.from, this.to);
  }

  /** Adds the rules from one place to before another. */
  add(from: number, to: number): void {
    if (this.to === 0) [this.from, this.to] = [from, to];
    else append((this.gathered ??= [...this.rules]), this.table.rules.slice(from, to));
  }
}

const known = new WeakMap<Table, ReadonlyMap<string, TableChain>>();

/** The chains of a table by name, those without rules included. Linear in the rules once; of each, only its chain is read. */
export function chainsOf(table: Table): ReadonlyMap<string, TableChain> {
  let chains = known.get(table);
  if (chains === undefined) known.set(table, (chains = divided(table)));
  return chains;
}

function divided(table: Table): ReadonlyMap<string, TableChain> {
  const chains = new Map<string, TableChain>();
  for (const chain of table.chains) chains.set(chain.name, new TableChain(table, chain));
  const { rules } = table;
  for (let start = 0, end = 0; start < rules.length; start = end) {
    const name = rules[start]?.chain ?? '';
    while (end < rules.length && rules[end]?.chain === name) end++;
    let chain = chains.get(name);
    if (chain === undefined) chains.set(name, (chain = new TableChain(table, undefined)));
    chain.add(start, end);
  }
  return chains;
}
