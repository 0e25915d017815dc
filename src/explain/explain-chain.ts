import { explainInTables, explainRuleInTables } from './nftables/explain-table.js';
import type { FamilyView } from './node.js';
import { viewFamilies } from './node.js';
import { ownerOf } from './rules/chain-owners.js';
import { lastAsked } from './rules/dead-rules.js';
import { reachableChains } from './rules/reachable.js';
import { jumpsTo, type IndexedChain } from './rules/rule-index.js';
import type { ChainExplanation, ExplainedChain, Knowledge, RuleExplanation } from './types.js';
import { plain } from './words/plain.js';
import { ruleWords } from './words/rule.js';

const mostCallers = 20;

/** Explains the chains with that name in every family and table; undefined if there are none. */
export function explainChain(knowledge: Knowledge, name: string, table?: string): ChainExplanation | undefined {
  const chains = viewFamilies(knowledge).flatMap((view) => [
    ...view.index
      .named(name)
      .filter((chain) => table === undefined || chain.table === table)
      .map((chain) => explainOne(view, chain)),
    ...explainInTables(view, name, table),
  ]);
  return chains.length === 0 ? undefined : { kind: 'chain', chains: withoutRepeats(chains) };
}

/** Packets of both families traverse the tables of `inet`, which are described once. */
function withoutRepeats(chains: ChainExplanation['chains']): ChainExplanation['chains'] {
  return chains.filter(
    ({ table }, index) => !table.startsWith('inet ') || chains.findIndex((one) => one.table === table) === index,
  );
}

function explainOne(view: FamilyView, chain: IndexedChain): ChainExplanation['chains'][number] {
  const { naming, index, family } = view;
  const callers = index.callers(chain.table, chain.name);
  return {
    ...naming.chain(chain),
    family,
    owner: ownerOf(chain.name),
    policy: chain.policy ?? '',
    serves: naming.serves(chain.name),
    calledBy: callers.slice(0, mostCallers).map(({ chain: caller, number, rule }) => ({
      chain: plain(caller.name),
      number,
      words: ruleWords(rule, chain.table, (one) => naming.words(one)),
    })),
    moreCallers: Math.max(0, callers.length - mostCallers),
    isReachable: reachableChains(index, chain.table).has(chain.name),
  };
}

/**
 * Explains one rule by table, chain and number (from 1), in the first family that has it; undefined if there is none.
 */
export function explainRule(
  knowledge: Knowledge,
  table: string,
  chainName: string,
  number: number,
): RuleExplanation | undefined {
  for (const view of viewFamilies(knowledge)) {
    const chain = view.index.named(chainName).find((one) => one.table === table);
    const rule = chain?.rules[number - 1];
    const inTable = explainRuleInTables(view, table, chainName, number);
    if (inTable !== undefined) return inTable;
    if (chain === undefined || rule === undefined) continue;
    const { naming, family } = view;
    const last = lastAsked(view.index, chain);
    const serves = rule.servicePort ?? (naming.serves(chainName) || naming.serves(jumpsTo(rule) ?? ''));
    return {
      kind: 'rule',
      ...naming.rule(chain.table, rule, number),
      family,
      table,
      chain: plain(chainName),
      chainWords: naming.words(chainName) ?? '',
      serves: plain(serves),
      isReachable: reachableChains(view.index, chain.table).has(chainName),
      ...(last !== undefined && last < number ? { takenBefore: last } : {}),
      next: nextChains(view, chain, jumpsTo(rule)),
    };
  }
  return undefined;
}

/** The chain that the rule leads to, and the chains after it, up to a limit. */
function nextChains(
  { index, naming }: FamilyView,
  { table }: IndexedChain,
  first: string | undefined,
): ExplainedChain[] {
  const names = first === undefined ? [] : [first];
  const chains: ExplainedChain[] = [];
  for (const name of names) {
    const chain = index.chain(table, name);
    if (chain === undefined || chains.length >= 6) continue;
    chains.push(naming.chain(chain));
    for (const rule of chain.rules) {
      const to = jumpsTo(rule);
      if (to !== undefined && !names.includes(to) && names.length < 8 && to !== 'KUBE-MARK-MASQ') names.push(to);
    }
  }
  return chains;
}
