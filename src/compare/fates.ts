/** Compares fates. */
import type { Fate } from './fate.js';
import type { Reach } from './outcomes.js';

/** Whether both sides forward packets, but to different endpoints or in different shares. */
export function differInEndpoints(before: Fate, after: Fate): boolean {
  if (before.endpoints === 0 || after.endpoints === 0) return false;
  return before.endpoints !== after.endpoints || before.endpointGap(after).absolute > 1e-6;
}

/** Whether both sides forward packets to the same endpoints, in any shares. */
export function haveSameEndpoints(before: Fate, after: Fate): boolean {
  const { lost, gained } = before.endpointGap(after);
  return lost + gained === 0;
}

/** Whether two fates of one book have the same outcomes among those that count, in any shares. */
export function haveSameOutcomes(before: Fate, after: Fate, counts: (reach: Reach) => boolean): boolean {
  return !before.someDiffers(after, counts);
}
