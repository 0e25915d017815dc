import type { Family } from '../../net/address.js';
import type { Chain } from '../../walk/types.js';
import type { NamedSet, Rule } from '../types.js';
import type { NftablesChain } from './chain.js';

/** What the rules of a table are compiled with. */
export interface Scene {
  readonly family: Family;
  chain(name: string): Chain | undefined;
  set(name: string): NamedSet | undefined;
  /** Makes a chain that only one rule uses. */
  anonymous(rules: readonly Rule[], name: string): Chain;
}

/** The rule that is being compiled. */
export interface Owner {
  readonly chain: NftablesChain;
  readonly index: number;
}
