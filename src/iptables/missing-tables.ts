import type { RuleSet, TableName } from './types.js';

/** kube-proxy has chains in both, so that a dump without one of them is a part (`iptables-save -t nat`). */
const needed: readonly TableName[] = ['nat', 'filter'];

/** The tables that decide where packets go and a rule set lacks. */
export function missingTables({ tables }: Pick<RuleSet, 'tables'>): readonly TableName[] {
  return needed.filter((wanted) => !tables.some(({ name }) => name === wanted));
}
