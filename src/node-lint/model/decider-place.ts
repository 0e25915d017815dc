import type { Decider } from '../../explain/traffic/delivery.js';
import { plain } from '../../explain/words/plain.js';
import type { TableName } from '../../iptables/types.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { chainsOf } from './nftables.js';
import { nftablesOf } from './nftables-words.js';

/** The place of a rule, or of a policy's chain, in the dumps; undefined if they do not show it. */
export function placeOfDecider(context: NodeContext, family: FamilyContext, by: Decider): DumpPlace | undefined {
  const chain = family.index.chain(by.table as TableName, by.chain);
  const rule = chain?.rules[by.rule - 1];
  if (chain !== undefined)
    return rule === undefined ? family.placeOfChain(chain) : family.placeOf({ chain, number: by.rule, rule });
  for (const { table, place } of nftablesOf(context)) {
    if (`${table.family} ${table.name}` !== by.table) continue;
    const found = chainsOf(table).find(({ name }) => name === by.chain);
    const line = found?.rules[by.rule - 1]?.place?.line ?? found?.rules[0]?.place?.line ?? place.line;
    return { file: place.file, line };
  }
  return undefined;
}

/** `This rule of FORWARD`, `The policy of FORWARD` */
export function deciderName({ chain, rule }: Decider): string {
  return `${rule === 0 ? 'The policy of' : 'This rule of'} ${plain(chain)}`;
}
