import { addressOfValue } from './address.js';
import { addressSets } from './address-set.js';
import { isParting, type Parting } from './doubt.js';
import type { Exit } from './host.js';
import { cameFrom, inInterfaceOf } from './part.js';
import { assume, wordsFor } from './state.js';
import type { RouteQuestion } from './routing.js';
import type { WalkEnd, WalkState, World } from './types.js';

/** Routes the packets by where they go now; an end where no route lets them leave; undefined: done. */
export function setExit(state: WalkState, world: World): WalkEnd | Parting | undefined {
  const asker = askerOf(state, world);
  if (isParting(asker)) return asker;
  const exit = world.ofAddress(state, 'destination', `exit ${asker.key}`, (address) =>
    world.host.exitTo(address, asker.question),
  );
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
  if (exit.lacks !== undefined && !isBack) assume(state, `${exit.lacks}; it is taken to leave by ${exit.name}`);
  return exit.refused === undefined ? undefined : noWayOut(state, exit.refused);
}

/** What the kernel asks its rules of policy routing with, and the same in a text. */
interface Asker {
  readonly key: string;
  readonly question: Omit<RouteQuestion, 'destination'>;
}

/** Parts the packets where their sources or interfaces are routed in different ways. */
export function askerOf(state: WalkState, world: World): Asker | Parting {
  const { host } = world;
  if (!host.hasPolicies(state.family)) return { key: '', question: {} };
  const routedAs = world.ofAddress(state, 'source', 'routed as', (address) => host.routedAs(address));
  if (isParting(routedAs)) return routedAs;
  const inInterface = state.packets.isFromNode ? 'lo' : inInterfaceOf(state);
  if (isParting(inInterface)) return inInterface;
  const { packets, mark, protocol, destinationPort } = state;
  const [pair] = addressSets.pairs(packets.sources);
  const source = state.source ?? (pair === undefined ? undefined : addressOfValue(pair[0], state.family));
  return {
    key: [routedAs, mark, inInterface, protocol, destinationPort].join(' '),
    question: {
      mark,
      inInterface,
      ...(source === undefined ? {} : { source }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(destinationPort === undefined ? {} : { destinationPort }),
    },
  };
}

/** A blackhole swallows; for all else the sender is told (net/ipv4/route.c, ip_error). */
function noWayOut(state: WalkState, refused: NonNullable<Exit['refused']>): WalkEnd {
  const words = wordsFor(state.destination, 'destination');
  return {
    state,
    verdict: refused === 'blackhole' ? 'DROP' : 'REJECT',
    reason:
      refused === 'none' ? `no route of the node leads to ${words}` : `the route for ${words} is of type ${refused}`,
  };
}
