import { isMulticast, type TraceAddress } from './address.js';
import type { Doubt, Parting } from './doubt.js';
import type { HostModel } from './host.js';
import { cameFrom } from './part.js';
import { assume, factOf, isRedirectedSomewhere, wordsFor } from './state.js';
import type { WalkState } from './types.js';
import type { World } from './types.js';

/** The key of the question whether the packet's own destination belongs to the node. */
export const localDestination = 'local destination';

/** The probability that it does, if nothing is known about the node. */
export const localShare = 0.5;

/** Whether an address belongs to the node, from the facts, the packet's origin and this branch's assumptions. */
export function isLocal(state: WalkState, side: 'source' | 'destination', world: World): boolean | Doubt | Parting {
  if (side === 'destination' && isRedirectedSomewhere(state)) return true;
  const known = world.ofAddress(state, side, 'local', isLocalAddress);
  if (known !== undefined) return known;
  const isOriginal = (side === 'source' ? state.madeSource : state.madeDestination) === undefined;
  if (side === 'source' && isOriginal) return state.packets.isFromNode;
  const address = state[side];
  const { source, destination } = state.packets;
  // A packet with its own source as new destination goes back where it came from.
  const isBack =
    address === undefined ? false : isOriginal ? address.text === source?.text : cameFrom(state.packets, address);
  if (isBack !== false) return isBack === true ? state.packets.isFromNode : isBack;
  if (!isOriginal && address?.text !== destination?.text) {
    assume(state, 'rules rewrite destinations only to addresses of other hosts');
    return false;
  }
  const before = factOf(state, localDestination);
  if (before !== undefined) return before;
  const words = wordsFor(address, side);
  return {
    kind: 'unknown',
    key: localDestination,
    weight: localShare,
    metWhen: true,
    ifMet: `${words} is an address of the node`,
    ifMissed: `${words} is not an address of the node`,
  };
}

/** Whether the destination is a broadcast, multicast or anycast address, which the node itself accepts. */
export function isToAll(state: WalkState, world: World): boolean | Parting {
  return world.ofAddress(state, 'destination', 'to all', isForAll);
}

function isForAll(address: TraceAddress, host: HostModel): boolean {
  return host.isBroadcast(address) || isMulticast(address) || host.isAnycast(address);
}

function isLocalAddress(address: TraceAddress, host: HostModel): boolean | undefined {
  return host.isLocal(address);
}
