/** How fates are compared and told. */
import type { Fate } from './fate.js';
import { endpointsOf } from './impact.js';

/** Whether both sides send packets on, and not to the same endpoints in the same shares. */
export function differInEndpoints(before: Fate, after: Fate): boolean {
  const [was, is] = [endpointsOf(before), endpointsOf(after)];
  if (was.size === 0 || is.size === 0) return false;
  if (was.size !== is.size) return true;
  return [...was].some(([endpoint, share]) => Math.abs(share - (is.get(endpoint) ?? 0)) > 1e-6);
}
