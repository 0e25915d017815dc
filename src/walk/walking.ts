import type { Branches } from './branches.js';
import type { Plans } from './stages.js';
import type { World } from './types.js';

/** What stages need: the node, the ways through it, and where branches are left. */
export interface Walking {
  readonly world: World;
  readonly plans: Plans;
  readonly branches: Branches;
}
