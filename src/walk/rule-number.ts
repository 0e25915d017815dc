import type { Chain } from './types.js';

/** A rule's number in its chain as people count: from 1, with those that were left out of the walk. */
export function numberOf({ chain, index }: { readonly chain: Chain; readonly index: number }): number {
  return chain.numberOf?.(index) ?? index + 1;
}
