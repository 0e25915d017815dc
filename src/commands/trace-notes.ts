/** What the inputs of a trace leave open about the node, whatever the packet. */
import type { RuleSet } from '../iptables/types.js';
import type { LoadedRules } from './load-rules.js';

/** A clause for each thing that every outcome takes for granted. */
export function inputNotes(loaded: LoadedRules, ruleSet: RuleSet): string[] {
  return [...missingTables(loaded, ruleSet), ...hostNote(loaded)];
}

/** iptables-save prints the tables that are in use: of a dump with one of the two that matter, the other may just have been left out. */
function missingTables({ source }: LoadedRules, { tables }: RuleSet): string[] {
  if (source !== 'dump') return [];
  const has = (name: string): boolean => tables.some((table) => table.name === name);
  return [
    ...has('filter') ? [] : ['the node has no table filter, which might drop it: the inputs hold none (iptables-save without -t prints all tables)'],
    ...has('nat') ? [] : ['the node has no table nat, which might send it elsewhere: the inputs hold none (iptables-save without -t prints all tables)'],
  ];
}

function hostNote({ host }: LoadedRules): string[] {
  return host === undefined ? ['nothing says which addresses the node has: --host takes the output of ip -json address'] : [];
}
