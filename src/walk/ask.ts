/** Asks the conditions of a rule of which some are in doubt, and parts the walk by them. */
import type { Branches } from './branches.js';
import { allChances, allOf, isParting, type Doubt, type Parting } from './doubt.js';
import type { Test } from './types.js';
import type { World } from './types.js';
import { factOf } from './state.js';
import type { WalkState } from './types.js';

/**
 * Whether `state` goes on as if all conditions were met; branches as if not part from it here. What other rules ask as
 * well parts the walk by itself, so that its answer holds there too. What this rule alone asks parts it
 * once for all: long policies would make too many branches otherwise.
 */
export function areMet(state: WalkState, tests: readonly Test[], branches: Branches, world: World): boolean | Parting {
  const chances: (Doubt & { readonly kind: 'chance' })[] = [];
  const unknowns: (Doubt & { readonly kind: 'unknown' })[] = [];
  for (const test of tests) {
    const answer = test(state, world);
    if (answer === true) continue;
    if (answer === false) return false;
    if (isParting(answer)) return answer;
    if (answer.kind === 'chance') chances.push(answer);
    else if (
      /^(?:local|recent|bridge|port|way) /.test(answer.key) ||
      (world.program.isShared(answer.key) && answer.isSteady !== false)
    ) {
      if (!branches.part(state, answer)) return false;
    } else unknowns.push(answer);
  }
  const steady = allOf(unknowns.filter(({ isSteady }) => isSteady !== false));
  const unsteady = allOf(unknowns.filter(({ isSteady }) => isSteady === false));
  const known = steady === undefined ? true : factOf(state, steady.key);
  if (known === false || (steady !== undefined && known === undefined && !branches.part(state, steady))) return false;
  if (unsteady !== undefined && !branches.part(state, unsteady)) return false;
  return chances.length === 0 || branches.part(state, allChances(chances));
}
