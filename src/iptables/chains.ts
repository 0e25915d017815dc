import type { RuleSet, Table } from './types.js';

/** Whether any table has a chain with a matching name. */
export function hasChain({ tables }: Pick<RuleSet, 'tables'>, name: RegExp): boolean {
  return tables.some((table) => tableHasChain(table, name));
}

/** Whether the table has a chain with a matching name. */
export function tableHasChain({ chains }: Table, pattern: RegExp): boolean {
  return chains.some(({ name }) => pattern.test(name));
}
