import type { Chain } from './types.js';
import type { WalkState } from './types.js';

/** Begins a chain at the first of the rules that may be met (`list`; undefined: all of them). */
export function enterChain(state: WalkState, chain: Chain, list: readonly number[] | undefined): void {
  state.chain = chain;
  state.list = list;
  state.at = 0;
  state.path = { item: chain, before: state.path };
}
