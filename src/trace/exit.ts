import type { WalkState } from './state.js';
import type { World } from './world.js';

/** Routes the packet by where it goes now. */
export function setExit(state: WalkState, world: World): void {
  const exit = world.host.exitTo(state.destination);
  const { source, inInterface } = state.question;
  // Whoever is sent to itself is where it came from.
  const isBack = !exit.isCertain && inInterface !== undefined && state.destination.text === source.text;
  state.outInterface = isBack ? inInterface : exit.name;
  state.outIsCertain = isBack || exit.isCertain;
}
