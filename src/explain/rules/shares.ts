import type { Rule } from '../../iptables/types.js';
import { jumpsTo } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** What one rule of a balancing chain picks. */
export interface RuleShare {
  readonly rule: Rule;
  /** Counts from 1. */
  readonly number: number;
  /** Of all connections that enter the chain. */
  readonly share: number;
}

/** What the rules of a balancing chain pick; those that keep a client where it was are left out. */
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

/** What the rules that lead to endpoints leave over; nothing where there are none. */
export function lostShare(rules: readonly Rule[]): number {
  const ends = rules.filter(leadsToEndpoint);
  return ends.length === 0
    ? 0
    : ends.reduce((left, { matches }) => {
        const chance = matches.find((match) => match.kind === 'statistic');
        return chance?.kind === 'statistic' ? left * (1 - chance.probability) : 0;
      }, 1);
}
