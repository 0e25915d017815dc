import type { Branches } from './branches.js';
import type { Plans } from './stages.js';
import type { World } from './types.js';

/** The context of stages: the node, the ways through it, and the list of branches. */
export interface Walking {
  readonly world: World;
  readonly plans: Plans;
  readonly branches: Branches;
}
