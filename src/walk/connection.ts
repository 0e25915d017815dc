/** Whether a packet has a connection: rules before connection tracking see none. */
import { isLoopback } from './interfaces.js';
import { addressSets } from './address-set.js';
import { cameFrom, interfaceFits, originallyTo } from './part.js';
import { isParting, type Parting } from './doubt.js';
import { isSourceHook, natPriorities } from './stages.js';
import { allTransport, ofPorts } from './transport.js';
import type { WalkState, World } from './types.js';

/** NF_IP_PRI_CONNTRACK and NF_IP6_PRI_CONNTRACK: chains with smaller priorities, such as those of raw, come before. */
const trackingPriority = -200;

/**
 * Whether the packet has a connection where it is: it is tracked, and connection tracking has seen it. Packets that
 * arrive by lo have that of their way out (nf_conntrack_in, net/netfilter/nf_conntrack_core.c).
 */
export function hasConnection(state: WalkState): boolean | Parting {
  if (!state.isTracked) return false;
  const { base } = state;
  // Every packet passes one of these hooks first.
  const isTracking = base?.hook === 'PREROUTING' || base?.hook === 'OUTPUT';
  if (base === undefined || !isTracking || base.priority > trackingPriority) return true;
  return interfaceFits(state, isLoopback);
}

/** The state of the connection in the words of `--ctstate`, as far as it is not NEW; undefined if it has one. */
export function stateWithout(state: WalkState): 'UNTRACKED' | 'INVALID' | undefined | Parting {
  if (!state.isTracked) return 'UNTRACKED';
  const has = hasConnection(state);
  return typeof has === 'boolean' ? (has ? undefined : 'INVALID') : has;
}

/** Whether the connection is confirmed: it is when its first packet has left the node, also by lo, or arrived. */
export function isConfirmed(state: WalkState): boolean | Parting {
  return interfaceFits(state, isLoopback);
}

/** Bits of a connection's status (enum ip_conntrack_status, linux/netfilter/nf_conntrack_common.h). */
export const statusBits = {
  expected: 0x1,
  'seen-reply': 0x2,
  assured: 0x4,
  confirmed: 0x8,
  snat: 0x10,
  dnat: 0x20,
  dying: 0x200,
} as const;
const [sourceDone, destinationDone] = [0x80, 0x100];

/** The status of the connection while the first packet is on the way. */
export function statusOf(state: WalkState, world: World): number | Parting {
  const confirmed = isConfirmed(state);
  if (isParting(confirmed)) return confirmed;
  const [source, destination] = [isChanged(state, 'source'), isChanged(state, 'destination')];
  if (isParting(source)) return source;
  if (isParting(destination)) return destination;
  const bits = (source ? statusBits.snat : 0) | (destination ? statusBits.dnat : 0) | doneBits(state, world, confirmed);
  return confirmed ? bits | statusBits.confirmed : bits;
}

/**
 * If any program has a chain of NAT, it is done for a side once its hook is passed, whether or not something changed
 * (nf_nat_inet_fn).
 */
function doneBits({ base }: WalkState, { program }: World, confirmed: boolean): number {
  if (base === undefined || !program.baseChains.some(({ type }) => type === 'nat')) return 0;
  if (confirmed) return sourceDone | destinationDone;
  const { hook, priority, type } = base;
  const isAfter = (nat: number): boolean => type !== 'nat' && priority > nat;
  if (hook === 'PREROUTING' || hook === 'OUTPUT') return isAfter(natPriorities.destination) ? destinationDone : 0;
  const hasSource = isSourceHook(hook) && isAfter(natPriorities.source);
  return hasSource ? sourceDone | destinationDone : destinationDone;
}

/** Whether NAT changed this side; the same value again does not count (nf_nat_setup_info, net/netfilter/nf_nat_core.c). */
export function isChanged(state: WalkState, side: 'source' | 'destination'): boolean | Parting {
  const { packets, madeSource, madeDestination, madePort } = state;
  if (side === 'source') {
    const isSame = state.hasSourceNat && madeSource !== undefined && cameFrom(packets, madeSource);
    return isParting(isSame) ? isSame : state.hasSourceNat && !isSame;
  }
  if (!state.hasDestinationNat || (madeDestination === undefined && madePort === undefined)) return false;
  const transport = madePort === undefined ? allTransport : ofPorts([madePort, madePort]);
  // The blocks of a set have no address in common.
  const same =
    madeDestination === undefined
      ? packets.destinations.map(({ addresses }) => ({ addresses, transport }))
      : [{ addresses: addressSets.one(madeDestination.value), transport }];
  const isSame = originallyTo(packets, same);
  return isParting(isSame) ? isSame : !isSame;
}
