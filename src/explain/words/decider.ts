import { ownerOfChain } from '../nftables/table-words.js';
import { ownerOf } from '../rules/chain-owners.js';
import type { Decider } from '../traffic/delivery.js';
import { plain } from './plain.js';

/** The owner of a rule's chain. nftables tables are named by family and name. */
export function ownerOfDecider({ table, chain }: Decider): string {
  const [, family, name] = /^(ip6?|inet) (.+)$/.exec(table) ?? [];
  return family === undefined || name === undefined
    ? ownerOf(chain)
    : ownerOfChain({ family: family as 'ip' | 'ip6' | 'inet', name }, chain);
}

/** `, by rule 3 of FORWARD (table filter), which is not kube-proxy's`; `''` if it is kube-proxy's, or not a rule. */
export function deciderWords(by: Decider | undefined): string {
  if (by === undefined) return '';
  const owner = ownerOfDecider(by);
  if (owner === 'kube-proxy') return '';
  const what = by.rule === 0 ? `the policy of ${by.chain}` : `rule ${by.rule} of ${by.chain}`;
  return `, by ${plain(what)} (table ${by.table}), ${ownerWords(owner)}`;
}

/** `which is Docker's`, `which is not kube-proxy's` */
export function ownerWords(owner: string): string {
  return owner === 'kernel' || owner === 'unknown' ? "which is not kube-proxy's" : `which is ${owner}'s`;
}
