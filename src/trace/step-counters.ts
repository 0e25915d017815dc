/** The counters of `iptables-save -c` for the rules of a walk. */
import { countersOf, type Counters } from '../iptables/dump/types.js';
import { ruleOf } from './rule-of.js';
import type { WalkStep } from '../walk/types.js';

/** The counters of a step's rule, or of the policy in effect; undefined if the dump has no counters. */
export function stepCounters(step: WalkStep): Counters | undefined {
  return step.kind === 'rule' ? countersOf(ruleOf(step)) : undefined;
}

/** `0 packets`, `1 packet`, `12,345 packets`. */
export function countText({ packets }: Counters): string {
  return `${packets.toLocaleString('en')} ${packets === 1 ? 'packet' : 'packets'}`;
}
