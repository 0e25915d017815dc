/** Finds the rule that almost matched a packet that no rule affected. */
import { RuleChain } from '../iptables/program/chain.js';
import { saveRule } from '../iptables/print/save.js';
import type { Match, Rule } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { numberOf } from '../walk/rule-number.js';
import { itemsOf } from '../walk/link.js';
import type { WalkEnd, WalkState, WalkStep, World } from '../walk/types.js';
import { ruleOf } from './rule-of.js';

/** A rule with exactly one unmet condition, or one that is too late in its chain. */
export interface NearMiss {
  readonly chain: RuleChain;
  /** Counts from 1. */
  readonly number: number;
  /**
   * The unmet condition, as iptables-save prints it; undefined: an earlier rule of the chain ended the packet's path.
   */
  readonly but: string | undefined;
}

/** Longer chains are not searched. */
const mostRules = 2_000;

/**
 * For a packet that no rule forwarded, accepted or dropped: the only rule with exactly one unmet condition, in the last
 * chain that was entered without effect. Undefined if there is none, or several. Linear in the chain's rules. `state`:
 * at the end of the path.
 */
export function nearMissOf(end: WalkEnd, state: WalkState, world: World): NearMiss | undefined {
  const last = end.verdict !== 'ACCEPT' && end.reason === undefined ? state.steps?.item : undefined;
  if (last?.kind === 'rule') return tooLate(last, state, world);
  if (state.hasDestinationNat || state.takenUp !== undefined || state.proxyPort !== undefined) return undefined;
  const table = last?.kind === 'policy' ? last.table : undefined;
  for (const chain of idleChains(itemsOf(state.steps)).reverse()) {
    if (table !== undefined && chain.table !== table) continue;
    const misses = missesIn(chain, state, world, end.verdict === 'ACCEPT');
    if (misses.length === 1) return misses[0];
  }
  return undefined;
}

/** The first rule after the one that stopped the packet that would have accepted it. */
function tooLate({ chain, index }: WalkStep & { kind: 'rule' }, state: WalkState, world: World): NearMiss | undefined {
  if (!(chain instanceof RuleChain) || chain.rules.length > mostRules) return undefined;
  const late = chain.rules.findIndex(
    ({ target, matches }, position) =>
      position > index &&
      target?.kind === 'verdict' &&
      target.verdict === 'ACCEPT' &&
      matches.every((match) => chain.testsOf(position, match).every((test) => test(state, world) === true)),
  );
  return late < 0 ? undefined : { chain, number: late + 1, but: undefined };
}

/** Chains that were entered but in which no rule matched. */
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

/** A packet that passes unchanged may have been meant for another port or address. */
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
    return [{ chain, number: numberOf({ chain, index }), but: conditionText(rule, only, state.family) }];
  });
}

function doesSomething({ target }: Rule): boolean {
  // A rule that would have dropped the packet, such as those of KUBE-FIREWALL, does not explain why it was not
  // forwarded.
  if (target?.kind === 'verdict') return target.verdict === 'ACCEPT';
  return target !== undefined && !['mark', 'module', 'connectionMark', 'masquerade', 'sourceNat'].includes(target.kind);
}

function isMet(chain: RuleChain, index: number, match: Match, state: WalkState, world: World): boolean {
  return chain.testsOf(index, match).every((test) => test(state, world) !== false);
}

/** The text that iptables-save prints for this condition alone. */
function conditionText(rule: Rule, match: Match, family: Family): string {
  try {
    const text = saveRule({ chain: rule.chain, matches: [match] }, family).trim();
    return text.slice(`-A ${rule.chain} `.length);
  } catch {
    return `-m ${match.kind}`;
  }
}
