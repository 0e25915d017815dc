/** How fates are compared and told. */
import type { Fate, FateOutcome } from './fate.js';
import { endpointsOf } from './impact.js';

/** Whether both sides send packets on, and not to the same endpoints in the same shares. */
export function differInEndpoints(before: Fate, after: Fate): boolean {
  const [was, is] = [endpointsOf(before), endpointsOf(after)];
  if (was.size === 0 || is.size === 0) return false;
  if (was.size !== is.size) return true;
  return [...was].some(([endpoint, share]) => Math.abs(share - (is.get(endpoint) ?? 0)) > 1e-6);
}

/** Whether both sides send packets to the same endpoints, in whichever shares. */
export function haveSameEndpoints(before: Fate, after: Fate): boolean {
  const [was, is] = [endpointsOf(before), endpointsOf(after)];
  return was.size === is.size && [...was.keys()].every((endpoint) => is.has(endpoint));
}

/** Whether both sides have the same of those outcomes that count, in whichever shares. */
export function haveSameOutcomes(before: Fate, after: Fate, counts: (outcome: FateOutcome) => boolean): boolean {
  const [was, is] = [keysOf(before, counts), keysOf(after, counts)];
  return was.size === is.size && [...was].every((key) => is.has(key));
}

function keysOf({ outcomes }: Fate, counts: (outcome: FateOutcome) => boolean): ReadonlySet<string> {
  return new Set(outcomes.flatMap((one) => (counts(one) ? [keyOf(one)] : [])));
}

function keyOf({ verdict, address, port, masqueraded, source, isHere, given }: FateOutcome): string {
  return `${verdict} ${address} ${port ?? ''} ${masqueraded} ${source} ${isHere} ${given.join('|')}`;
}
