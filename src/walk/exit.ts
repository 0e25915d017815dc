import { addressOfValue, type TraceAddress } from './address.js';
import { addressSets } from './address-set.js';
import { isParting, type Parting } from './doubt.js';
import type { Exit, HostModel } from './host.js';
import { isLoopback } from './interfaces.js';
import { cameFrom, inInterfaceOf, originalInterfaceFits } from './part.js';
import { assume, wordsFor } from './state.js';
import type { RouteQuestion } from './routing.js';
import type { WalkEnd, WalkState, World } from './types.js';

/** Routes the packets to their current destination; returns an end if no route exists, otherwise undefined. */
export function setExit(state: WalkState, world: World): WalkEnd | Parting | undefined {
  const asker = askerOf(state, world);
  if (isParting(asker)) return asker;
  const exit = world.ofAddress(state, 'destination', asker.exitQuestion, asker.exitTo);
  if (isParting(exit)) return exit;
  const isBack = exit.isCertain ? false : goesBack(state);
  if (isParting(isBack)) return isBack;
  const back = isBack ? leaveAsItCame(state) : undefined;
  if (back !== undefined) return back;
  if (!isBack) leaveBy(state, exit.name, exit.isCertain);
  if (exit.lacks !== undefined && !isBack) assume(state, `${exit.lacks}; it is assumed to leave by ${exit.name}`);
  return exit.refused === undefined ? undefined : noWayOut(state, exit.refused);
}

/** A packet with its own source as new destination goes back where it came from. */
function goesBack({ packets, madeDestination }: WalkState): boolean | Parting {
  return !packets.isFromNode && madeDestination !== undefined && cameFrom(packets, madeDestination);
}

function leaveAsItCame(state: WalkState): Parting | undefined {
  const { interfaces } = state.packets;
  if (interfaces.length < 2) {
    leaveBy(state, interfaces[0], true);
    return undefined;
  }
  // Packets by lo arrive again; all others leave.
  const byLoopback = originalInterfaceFits(state.packets, isLoopback);
  if (isParting(byLoopback)) return byLoopback;
  leaveBy(state, undefined, true);
  state.leavesAsItCame = true;
  return undefined;
}

function leaveBy(state: WalkState, name: string | undefined, isCertain: boolean): void {
  state.outInterface = name;
  state.outIsCertain = isCertain;
  state.leavesAsItCame = false;
}

/** The fields used by policy routing, a key of them, and the question by which interface they leave. */
export interface Asker {
  readonly key: string;
  readonly exitQuestion: string;
  readonly exitTo: (address: TraceAddress, host: HostModel) => Exit;
  readonly question: Omit<RouteQuestion, 'destination'>;
}

/** Without policy routing, all packets to a destination are routed alike. */
const anyAsker: Asker = askerFor('', {});

function askerFor(key: string, question: Asker['question']): Asker {
  return { key, question, exitQuestion: `exit ${key}`, exitTo: (address, host) => host.exitTo(address, question) };
}

/** Splits the packets if their sources or interfaces are routed differently. */
export function askerOf(state: WalkState, world: World): Asker | Parting {
  const { host } = world;
  if (!host.hasPolicies(state.family)) return anyAsker;
  const routedAs = world.ofAddress(state, 'source', 'routed as', routedAsOf);
  if (isParting(routedAs)) return routedAs;
  const inInterface = state.packets.isFromNode ? 'lo' : inInterfaceOf(state);
  if (isParting(inInterface)) return inInterface;
  const { packets, mark, protocol, destinationPort } = state;
  const [pair] = addressSets.pairs(packets.sources);
  const source = state.source ?? (pair === undefined ? undefined : addressOfValue(pair[0], state.family));
  return askerFor([routedAs, mark, inInterface, protocol, destinationPort].join(' '), {
    mark,
    inInterface,
    ...(source === undefined ? {} : { source }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  });
}

function routedAsOf(address: TraceAddress, host: HostModel): string {
  return host.routedAs(address);
}

/**
 * A blackhole route drops packets silently; in all other cases the sender gets an error (net/ipv4/route.c, ip_error).
 */
function noWayOut(state: WalkState, refused: NonNullable<Exit['refused']>): WalkEnd {
  const words = wordsFor(state.destination, 'destination');
  return {
    state,
    verdict: refused === 'blackhole' ? 'DROP' : 'REJECT',
    reason:
      refused === 'none' ? `no route of the node leads to ${words}` : `the route for ${words} is of type ${refused}`,
  };
}
