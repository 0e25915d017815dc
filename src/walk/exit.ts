import { isParting, type Parting } from './doubt.js';
import { cameFrom } from './part.js';
import type { WalkState } from './types.js';
import type { World } from './types.js';

/** Routes the packets by where they go now; undefined: done. */
export function setExit(state: WalkState, world: World): Parting | undefined {
  const exit = world.ofAddress(state, 'destination', 'exit', (address) => world.host.exitTo(address));
  if (isParting(exit)) return exit;
  // Whoever is sent to itself is where it came from.
  let isBack: boolean | Parting = false;
  if (!exit.isCertain && !state.packets.isFromNode && state.madeDestination !== undefined)
    isBack = cameFrom(state.packets, state.madeDestination);
  if (isParting(isBack)) return isBack;
  const [cameBy, ...others] = state.packets.interfaces;
  if (isBack && others.length > 0)
    return {
      kind: 'parting',
      parts: state.packets.interfaces.map((name) => state.packets.with({ interfaces: [name] })),
    };
  state.outInterface = isBack ? cameBy : exit.name;
  state.outIsCertain = isBack || exit.isCertain;
  return undefined;
}
