import type { RuleSet, Table } from './types.js';

/** Whether some table has a chain of such a name. */
export function hasChain({ tables }: Pick<RuleSet, 'tables'>, name: RegExp): boolean {
  return tables.some((table) => tableHasChain(table, name));
}

/** Whether a table has a chain of such a name. */
export function tableHasChain({ chains }: Table, pattern: RegExp): boolean {
  return chains.some(({ name }) => pattern.test(name));
}
