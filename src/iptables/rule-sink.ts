import type { Chain, Rule, RuleSet, TableName } from './types.js';
import type { Family } from '../net/address.js';
import type { MakeForm } from './rule-form.js';

/**
 * Receives chains and rules one by one, in kube-proxy's order: a printer, which keeps only their text, or a collector.
 * With a quarter of a million rules, keeping each both as an object and as text would take too much memory.
 */
export interface RuleSink {
  chain(table: TableName, chain: Chain): void;
  rule(table: TableName, rule: Rule): void;
  /**
   * A form for similar chains and rules: the rules of endpoints are printed once and filled in a hundred thousand
   * times. Only printers support it.
   */
  readonly form?: MakeForm;
}

/** Collects a rule set; a table is created with its first chain. */
export class RuleSetCollector implements RuleSink {
  private readonly tables = new Map<
    TableName,
    { readonly name: TableName; readonly chains: Chain[]; readonly rules: Rule[] }
  >();

  constructor(private readonly family: Family) {}

  chain(table: TableName, chain: Chain): void {
    this.table(table).chains.push(chain);
  }

  rule(table: TableName, rule: Rule): void {
    this.table(table).rules.push(rule);
  }

  finish(): RuleSet {
    return { family: this.family, tables: [...this.tables.values()] };
  }

  private table(name: TableName): { readonly chains: Chain[]; readonly rules: Rule[] } {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = { name, chains: [], rules: [] }));
    return table;
  }
}
