import { RuleChain } from '../iptables/program/chain.js';
import type { Rule } from '../iptables/types.js';
import type { WalkStep } from '../walk/types.js';

/** The rule of a step; undefined if it was not an iptables rule. */
export function ruleOf({ chain, index }: WalkStep & { readonly kind: 'rule' }): Rule | undefined {
  return chain instanceof RuleChain ? chain.rules[index] : undefined;
}
