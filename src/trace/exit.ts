import type { WalkState } from './state.js';
import type { World } from './world.js';

/** Routes the packet by where it goes now. */
export function setExit(state: WalkState, world: World): void {
  const exit = world.host.exitTo(state.destination);
  state.outInterface = exit.name;
  state.outIsCertain = exit.isCertain;
}
