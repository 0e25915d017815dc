import type { Rule } from '../../iptables/types.js';
import { jumpsTo } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** The share of one rule in a balancing chain. */
export interface RuleShare {
  readonly rule: Rule;
  /** Counts from 1. */
  readonly number: number;
  /** Of all connections that enter the chain. */
  readonly share: number;
}

/** The shares of the rules in a balancing chain, without the affinity rules. */
export function sharesOf(rules: readonly Rule[]): RuleShare[] {
  let left = 1;
  return rules.flatMap((rule, position) => {
    if (!leadsToEndpoint(rule)) return [];
    const chance = rule.matches.find((match) => match.kind === 'statistic');
    const share = left * (chance?.kind === 'statistic' ? chance.probability : 1);
    left -= share;
    return [{ rule, number: position + 1, share }];
  });
}

function leadsToEndpoint(rule: Rule): boolean {
  return (
    readServiceChainName(jumpsTo(rule) ?? '')?.kind === 'endpoint' &&
    !rule.matches.some((match) => match.kind === 'recent')
  );
}

/** The share that the rules to endpoints leave over; 0 if there are no such rules. */
export function lostShare(rules: readonly Rule[]): number {
  const ends = rules.filter(leadsToEndpoint);
  return ends.length === 0
    ? 0
    : ends.reduce((left, { matches }) => {
        const chance = matches.find((match) => match.kind === 'statistic');
        return chance?.kind === 'statistic' ? left * (1 - chance.probability) : 0;
      }, 1);
}
