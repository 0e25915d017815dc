import type { Hook } from '../../walk/packet.js';
import type { BaseChain, NamedSets, Program, VirtualTargets } from '../../walk/types.js';
import type { RuleSet, TableName } from '../types.js';
import { chainTables, type ChainTable } from './chain.js';
import { compileRule } from './compile.js';
import { sharedQuestions } from './questions.js';

/** The priority of each table at each hook (linux/netfilter_ipv4.h). */
const places: readonly (readonly [TableName, number, readonly Hook[]])[] = [
  ['raw', -300, ['PREROUTING', 'OUTPUT']],
  ['mangle', -150, ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']],
  ['nat', -100, ['PREROUTING', 'OUTPUT']],
  ['filter', 0, ['INPUT', 'FORWARD', 'OUTPUT']],
  ['security', 50, ['INPUT', 'FORWARD', 'OUTPUT']],
  ['nat', 100, ['INPUT', 'POSTROUTING']],
];

/** The program of a rule set. Rules are compiled on first use, when a packet reaches them. */
export function programOf(ruleSet: RuleSet, sets: NamedSets, virtualTargets: VirtualTargets): Program {
  const { family } = ruleSet;
  const tables: ReadonlyMap<TableName, ChainTable> = chainTables(ruleSet, (rule, chain, index) =>
    compileRule(rule, chain, index, tables.get(chain.table) ?? { get: () => undefined }, { family, sets }),
  );
  const baseChains = places.flatMap(([table, priority, hooks]) =>
    hooks.map((hook): BaseChain => ({
      hook,
      priority,
      table,
      type: table === 'nat' ? 'nat' : 'filter',
      chain: tables.get(table)?.get(hook),
    })),
  );
  let names: readonly string[] | undefined;
  return {
    family,
    baseChains,
    virtualTargets,
    isShared: sharedQuestions(ruleSet),
    interfaceNames: () => (names ??= interfaceNames(ruleSet)),
  };
}

function interfaceNames({ tables }: RuleSet): string[] {
  const names = new Set<string>();
  for (const { rules } of tables) {
    for (const { matches } of rules) {
      for (const match of matches) if (match.kind === 'inInterface') names.add(match.name.replace(/\+$/, '*'));
    }
  }
  return [...names];
}
