import type { RuleSet, TableName } from '../types.js';

/** kube-proxy has chains in both tables, so a dump without one of them is incomplete (`iptables-save -t nat`). */
const needed: readonly TableName[] = ['nat', 'filter'];

/** The tables that decide about packets but are missing in a rule set. */
export function missingTables({ tables }: Pick<RuleSet, 'tables'>): readonly TableName[] {
  return needed.filter((wanted) => !tables.some(({ name }) => name === wanted));
}
