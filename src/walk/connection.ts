/** Whether a packet has a connection: rules before connection tracking see none. */
import { isLoopback } from './interfaces.js';
import { interfaceFits } from './part.js';
import type { Parting } from './doubt.js';
import type { WalkState } from './types.js';

/** NF_IP_PRI_CONNTRACK and NF_IP6_PRI_CONNTRACK: chains with smaller priorities, such as those of raw, come before. */
const trackingPriority = -200;

/**
 * Whether the packet has a connection where it is: it is tracked, and connection tracking has seen it. Packets that
 * arrive by lo have that of their way out (nf_conntrack_in, net/netfilter/nf_conntrack_core.c).
 */
export function hasConnection(state: WalkState): boolean | Parting {
  if (!state.isTracked) return false;
  const { base } = state;
  if (base === undefined || base.priority > trackingPriority) return true;
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
