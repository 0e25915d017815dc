/** The rule that nearly met a packet which no rule did anything with. */
import { RuleChain } from '../iptables/program/chain.js';
import { saveRule } from '../iptables/print-save.js';
import type { Match, Rule } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { itemsOf } from '../walk/link.js';
import type { WalkEnd, WalkState, WalkStep, World } from '../walk/types.js';
import { ruleOf } from './rule-of.js';

/** A rule of which all conditions but one are met. */
export interface NearMiss {
  readonly chain: RuleChain;
  /** Counts from 1. */
  readonly number: number;
  /** The condition that is not met, as iptables-save prints it. */
  readonly but: string;
}

/** Longer chains are not searched. */
const mostRules = 2_000;

/**
 * Of a packet that no rule sent on, accepted or dropped: the one rule that would have but for one condition, in the last
 * chain that was entered and did nothing. Undefined where there is none, or where there are several. Linear in the
 * chain's rules. `state`: as the way ended.
 */
export function nearMissOf(end: WalkEnd, state: WalkState, world: World): NearMiss | undefined {
  if (state.hasDestinationNat || state.takenUp !== undefined || state.proxyPort !== undefined) return undefined;
  if (end.verdict !== 'ACCEPT' && end.reason === undefined && state.steps?.item.kind === 'rule') return undefined;
  for (const chain of idleChains(itemsOf(state.steps)).reverse()) {
    const misses = missesIn(chain, state, world, end.verdict === 'ACCEPT');
    if (misses.length === 1) return misses[0];
  }
  return undefined;
}

/** Chains that a rule led to and none of whose rules was met. */
function idleChains(steps: readonly WalkStep[]): RuleChain[] {
  const met = new Set(steps.flatMap((step) => (step.kind === 'rule' ? [step.chain] : [])));
  const entered = steps.flatMap((step) => {
    const target = step.kind === 'rule' && step.chain instanceof RuleChain ? ruleOf(step)?.target : undefined;
    if (step.kind !== 'rule' || (target?.kind !== 'jump' && target?.kind !== 'goto')) return [];
    const action = step.chain.rule(step.index)?.action;
    const chain = action?.kind === 'jump' || action?.kind === 'goto' ? action.chain : undefined;
    return chain instanceof RuleChain ? [chain] : [];
  });
  return [...new Set(entered)].filter((chain) => !met.has(chain) && chain.rules.length <= mostRules);
}

/** What goes on as it came may have been meant for another port or address. */
function isAboutTheService({ kind }: Match): boolean {
  return ['tcp', 'udp', 'sctp', 'multiport', 'destination', 'protocol'].includes(kind);
}

function missesIn(chain: RuleChain, state: WalkState, world: World, isPassing: boolean): NearMiss[] {
  return chain.rules.flatMap((rule, index) => {
    if (!doesSomething(rule)) return [];
    const missed = rule.matches.filter((match) => !isMet(chain, index, match, state, world));
    const [only] = missed;
    if (only === undefined || missed.length > 1) return [];
    if (isPassing && !isAboutTheService(only)) return [];
    return [{ chain, number: index + 1, but: conditionText(rule, only, state.family) }];
  });
}

function doesSomething({ target }: Rule): boolean {
  if (target?.kind === 'verdict') return target.verdict !== 'RETURN';
  return target !== undefined && !['mark', 'module', 'connectionMark', 'masquerade', 'sourceNat'].includes(target.kind);
}

function isMet(chain: RuleChain, index: number, match: Match, state: WalkState, world: World): boolean {
  return chain.testsOf(index, match).every((test) => test(state, world) !== false);
}

/** What iptables-save prints of a rule with that condition alone, without what it prints of one with none. */
function conditionText(rule: Rule, match: Match, family: Family): string {
  try {
    const text = saveRule({ chain: rule.chain, matches: [match] }, family).trim();
    return text.slice(`-A ${rule.chain} `.length);
  } catch {
    return `-m ${match.kind}`;
  }
}
