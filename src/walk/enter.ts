import type { Chain } from './types.js';
import type { WalkState } from './types.js';

/** Enters a chain at the first candidate rule (`list`; undefined: all rules). */
export function enterChain(state: WalkState, chain: Chain, list: readonly number[] | undefined): void {
  state.chain = chain;
  state.list = list;
  state.at = 0;
  state.path = { item: chain, before: state.path };
}
