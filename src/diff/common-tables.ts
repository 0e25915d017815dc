import type { Side, SideRules } from './side.js';
import type { TableName } from '../iptables/types.js';
import { joinWords } from '../explain/words/plain.js';

/** Both sides' rules as far as they can be compared, and a sentence where that is not all. */
export interface CommonTables {
  readonly rules: readonly [SideRules, SideRules];
  readonly notes: readonly string[];
}

/** kube-proxy has chains in both, so that a dump without one of them is a part (`iptables-save -t nat`). */
const needed: readonly TableName[] = ['nat', 'filter'];

/** Leaves out what one side's dump does not hold: tables that were not dumped are not gone. */
export function commonTables([before, after]: readonly [Side, Side], [own, other]: readonly [SideRules, SideRules]): CommonTables {
  const missing = needed.filter((table) => lacks(before, own, table) || lacks(after, other, table));
  if (missing.length === 0) return { rules: [own, other], notes: [] };
  const names = [...new Set([before, after].filter((side, index) => missing.some((table) => lacks(side, index === 0 ? own : other, table))).map(({ name }) => name))];
  return {
    rules: [without(own, missing), without(other, missing)],
    notes: [`${joinWords(names)} ${names.length === 1 ? 'holds' : 'hold'} no table ${joinWords(missing)} (iptables-save without -t prints all), so that ${missing.length === 1 ? 'it was' : 'they were'} not compared`],
  };
}

function lacks({ kind }: Side, { mode, ruleSet }: SideRules, table: TableName): boolean {
  return kind === 'dump' && mode !== 'none' && !ruleSet.tables.some(({ name }) => name === table);
}

function without(rules: SideRules, missing: readonly TableName[]): SideRules {
  return { ...rules, ruleSet: { ...rules.ruleSet, tables: rules.ruleSet.tables.filter(({ name }) => !missing.includes(name)) } };
}
