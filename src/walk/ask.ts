/** Evaluates a rule with undecided conditions and splits the walk by them. */
import type { Branches } from './branches.js';
import { allChances, allOf, isParting, type Doubt, type Parting } from './doubt.js';
import type { Test } from './types.js';
import type { World } from './types.js';
import { factOf } from './state.js';
import type { WalkState } from './types.js';

/**
 * Whether all conditions are met. Otherwise, if none is certainly not met, how the first one splits the set, or else
 * those that are undecided.
 */
export function answerOf(state: WalkState, tests: readonly Test[], world: World): boolean | Parting | readonly Doubt[] {
  let parting: Parting | undefined;
  let doubts: Doubt[] | undefined;
  for (const test of tests) {
    const answer = test(state, world);
    if (answer === true) continue;
    if (answer === false) return false;
    if (isParting(answer)) parting ??= answer;
    else if (doubts === undefined) doubts = [answer];
    else doubts.push(answer);
  }
  return parting ?? doubts ?? true;
}

/**
 * Whether `state` continues as if all conditions were met; branches in which they are not met split off here. A
 * condition that other rules have, too, splits the walk separately, so that its answer is reused there. The conditions
 * that only this rule has split it once together; otherwise long policies would create too many branches.
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
