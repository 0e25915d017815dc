/** What the counters of `iptables-save -c` say of a packet's way. */
import { stepsOf, type EndGroup } from './groups.js';
import { stepCounters } from './step-counters.js';

/**
 * A sentence on the first rule of the likeliest way that no packet has met so far; none where the dump has no counters.
 * Where all of a way's rules are at 0, the counters were just set back, or the dump was written without them.
 */
export function countLines(groups: readonly EndGroup[]): string[] {
  const [likeliest] = [...groups].sort((a, b) => b.probability - a.probability);
  const steps = (likeliest === undefined ? [] : stepsOf(likeliest.end)).filter((step) => step.kind === 'rule');
  const first = steps.find((step) => stepCounters(step)?.packets === 0);
  if (first === undefined || steps.every((step) => (stepCounters(step)?.packets ?? 0) === 0)) return [];
  return [
    `So far no packet has met rule ${first.index + 1} of ${first.chain.name} (table ${first.table}), which this one meets: by the counters none like it has come by.`,
  ];
}
