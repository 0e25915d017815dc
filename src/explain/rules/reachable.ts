import type { TableName } from '../../iptables/types.js';
import { jumpsTo, type RuleIndex } from './rule-index.js';
import { entryOf } from '../../diagnostics/groups.js';
import { memoized } from '../../diagnostics/memoized.js';

const reachableIn = memoized<RuleIndex, Map<TableName, ReadonlySet<string>>>(() => new Map());

/** The chains of a table that packets can reach: built-in ones, and all chains to which their rules lead. */
export function reachableChains(index: RuleIndex, table: TableName): ReadonlySet<string> {
  return entryOf(reachableIn(index), table, () => findReachable(index, table));
}

/**
 * Input for iptables-restore may lack built-in chains: reachability is then unknown, and every chain counts as
 * reachable.
 */
function findReachable(index: RuleIndex, table: TableName): Set<string> {
  const chains = index.chains(table);
  const builtIn = chains.filter(({ policy }) => policy !== undefined);
  const reached = new Set((builtIn.length === 0 ? chains : builtIn).map(({ name }) => name));
  for (const name of reached) {
    for (const rule of index.chain(table, name)?.rules ?? []) {
      const to = jumpsTo(rule);
      if (to !== undefined) reached.add(to);
    }
  }
  return reached;
}
