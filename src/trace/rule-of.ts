import { RuleChain } from '../iptables/program/chain.js';
import { saveRule } from '../iptables/print/save.js';
import type { Family } from '../net/address.js';
import type { Rule } from '../iptables/types.js';
import type { WalkStep } from '../walk/types.js';

/** The rule of a step; undefined if it was not an iptables rule. */
export function ruleOf({ chain, index }: WalkStep & { readonly kind: 'rule' }): Rule | undefined {
  return chain instanceof RuleChain ? chain.rules[index] : undefined;
}

/** A rule as iptables-save prints it, without its line break. */
export function textOfRule(rule: Rule, family: Family): string {
  try {
    return saveRule(rule, family).trimEnd();
  } catch {
    return `-A ${rule.chain} …`;
  }
}
