/** Compares and describes fates. */
import type { Fate, FateOutcome } from './fate.js';
import { endpointsOf } from './impact.js';
import type { Reach } from './outcomes.js';

/** Whether both sides forward packets, but to different endpoints or in different shares. */
export function differInEndpoints(before: Fate, after: Fate): boolean {
  if (areListedAlike(before, after)) return false;
  const [was, is] = [endpointsOf(before), endpointsOf(after)];
  if (was.size === 0 || is.size === 0) return false;
  if (was.size !== is.size) return true;
  return [...was].some(([endpoint, share]) => Math.abs(share - (is.get(endpoint) ?? 0)) > 1e-6);
}

/** Whether both sides forward packets to the same endpoints, in any shares. */
export function haveSameEndpoints(before: Fate, after: Fate): boolean {
  if (areListedAlike(before, after)) return true;
  const [was, is] = [endpointsOf(before), endpointsOf(after)];
  return was.size === is.size && [...was.keys()].every((endpoint) => is.has(endpoint));
}

/** Whether two fates of one book have the same outcomes among those that count, in any shares. */
export function haveSameOutcomes(before: Fate, after: Fate, counts: (outcome: FateOutcome) => boolean): boolean {
  const [was, is] = [reachesOf(before, counts), reachesOf(after, counts)];
  return was.size === is.size && [...was].every((reach) => is.has(reach));
}

function reachesOf({ outcomes }: Fate, counts: (outcome: FateOutcome) => boolean): ReadonlySet<Reach> {
  const reaches = new Set<Reach>();
  for (const one of outcomes) if (counts(one)) reaches.add(one.reach);
  return reaches;
}

/**
 * A fast path: whether both list the same endpoints in the same order with the same shares. True in most cases where
 * only something else differs.
 */
function areListedAlike(before: Fate, after: Fate): boolean {
  const [was, is] = [before.outcomes, after.outcomes];
  return was.length === is.length && was.every((one, index) => isLike(one, is[index]));
}

/** Much less than a relevant difference of shares, however many outcomes an endpoint has. */
const least = 1e-9;

function isLike(one: FateOutcome, other: FateOutcome | undefined): boolean {
  if (one.verdict !== other?.verdict || one.address !== other.address || one.port !== other.port) return false;
  return Math.abs(one.share - other.share) <= least;
}
