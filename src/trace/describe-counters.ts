/** What the counters of `iptables-save -c` show about a packet's path. */
import { numberOf } from '../walk/rule-number.js';
import { stepsOf, type EndGroup } from './groups.js';
import { stepCounters } from './step-counters.js';

/**
 * A sentence about the first rule on the most likely path that has not matched any packet so far; none if the dump has
 * no counters. If all rules on the path have 0, the counters were probably reset, or the dump was made without them.
 */
export function countLines(groups: readonly EndGroup[]): string[] {
  const [likeliest] = [...groups].sort((a, b) => b.probability - a.probability);
  const steps = (likeliest === undefined ? [] : stepsOf(likeliest.end)).filter((step) => step.kind === 'rule');
  const first = steps.find((step) => stepCounters(step)?.packets === 0);
  if (first === undefined || steps.every((step) => (stepCounters(step)?.packets ?? 0) === 0)) return [];
  return [
    `By the counters, no packet has matched rule ${numberOf(first)} of ${first.chain.name} (table ${first.table}) so far; this one does.`,
  ];
}
