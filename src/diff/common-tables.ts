import type { Side, SideRules } from './side.js';
import { missingTables } from '../iptables/missing-tables.js';
import type { TableName } from '../iptables/types.js';
import { joinWords } from '../explain/words/plain.js';

/** Both sides' rules as far as they can be compared, and a sentence where that is not all. */
export interface CommonTables {
  readonly rules: readonly [SideRules, SideRules];
  readonly notes: readonly string[];
}

/** Leaves out what one side's dump does not hold: tables that were not dumped are not gone. */
export function commonTables(
  [before, after]: readonly [Side, Side],
  [own, other]: readonly [SideRules, SideRules],
): CommonTables {
  const [fromOwn, fromOther] = [missingIn(before, own), missingIn(after, other)];
  const missing = [...new Set([...fromOwn, ...fromOther])];
  if (missing.length === 0) return { rules: [own, other], notes: [] };
  return {
    rules: [without(own, missing), without(other, missing)],
    notes: [...noteOn(before.name, fromOwn), ...noteOn(after.name, fromOther)],
  };
}

function missingIn({ kind }: Side, { mode, ruleSet }: SideRules): readonly TableName[] {
  return kind === 'dump' && mode !== 'none' ? missingTables(ruleSet) : [];
}

function noteOn(name: string, missing: readonly TableName[]): string[] {
  return missing.length === 0
    ? []
    : [
        `${name} holds no table ${joinWords(missing)} (iptables-save without -t prints all), so that ${missing.length === 1 ? 'it was' : 'they were'} not compared`,
      ];
}

function without(rules: SideRules, missing: readonly TableName[]): SideRules {
  return {
    ...rules,
    ruleSet: { ...rules.ruleSet, tables: rules.ruleSet.tables.filter(({ name }) => !missing.includes(name)) },
  };
}
