import type { NodeFamily, NodeModel } from '../node/types.js';
import { missingTables } from '../iptables/dump/missing-tables.js';
import type { TableName } from '../iptables/types.js';
import { joinWords } from '../diagnostics/words.js';

/** Both sides' rules as far as they can be compared, and a sentence if something is left out. */
interface CommonTables {
  readonly rules: readonly [NodeFamily, NodeFamily];
  readonly notes: readonly string[];
}

/** Leaves out tables that one side's dump does not contain: they were not dumped, not deleted. */
export function commonTables(
  [before, after]: readonly [NodeModel, NodeModel],
  [own, other]: readonly [NodeFamily, NodeFamily],
): CommonTables {
  const [fromOwn, fromOther] = [missingIn(before, own), missingIn(after, other)];
  const missing = [...new Set([...fromOwn, ...fromOther])];
  if (missing.length === 0) return { rules: [own, other], notes: [] };
  return {
    rules: [without(own, missing), without(other, missing)],
    notes: [...noteOn(before.name, fromOwn), ...noteOn(after.name, fromOther)],
  };
}

/** A node may have all of its rules in nftables tables. */
function missingIn({ source }: NodeModel, { mode, ruleSet, nftables = [] }: NodeFamily): readonly TableName[] {
  const hasOthers = ruleSet.tables.length === 0 && nftables.length > 0;
  return source === 'dump' && mode !== undefined && !hasOthers ? missingTables(ruleSet) : [];
}

function noteOn(name: string, missing: readonly TableName[]): string[] {
  return missing.length === 0
    ? []
    : [
        `${name} does not contain table ${joinWords(missing)} (iptables-save without -t prints all), ` +
          `so ${missing.length === 1 ? 'it was' : 'they were'} not compared`,
      ];
}

function without(rules: NodeFamily, missing: readonly TableName[]): NodeFamily {
  return {
    ...rules,
    ruleSet: { ...rules.ruleSet, tables: rules.ruleSet.tables.filter(({ name }) => !missing.includes(name)) },
  };
}
