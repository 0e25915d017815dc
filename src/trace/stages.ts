import type { TableName } from '../iptables/types.js';
import type { Link } from './link.js';
import type { Hook } from './packet.js';

/** What comes next on a packet's way through the node. */
export type Stage =
  | { readonly kind: 'table'; readonly hook: Hook; readonly table: TableName }
  /** The routing decision after PREROUTING. */
  | { readonly kind: 'routeIn' }
  /** After nat OUTPUT: a new destination may have another way out. */
  | { readonly kind: 'reroute' }
  /** IPVS looks for a virtual server. */
  | { readonly kind: 'virtualServer'; readonly hook: 'INPUT' | 'OUTPUT' }
  /** The node gives the packet up, for this reason. */
  | { readonly kind: 'giveUp'; readonly reason: string }
  | { readonly kind: 'deliver' }
  /** It has left: by a cable, or by lo, where it comes in again. */
  | { readonly kind: 'leave' };

const tables = (hook: Hook, ...names: TableName[]): Stage[] => names.map((table) => ({ kind: 'table', hook, table }));

/**
 * The tables of each hook in the order of their priorities (linux/netfilter_ipv4.h). nat sees only the first packet of
 * a connection.
 */
export const stages = {
  incoming: [...tables('PREROUTING', 'raw', 'mangle', 'nat'), { kind: 'routeIn' }],
  input: [
    ...tables('INPUT', 'mangle', 'filter', 'security'),
    { kind: 'virtualServer', hook: 'INPUT' },
    ...tables('INPUT', 'nat'),
    { kind: 'deliver' },
  ],
  forward: [
    ...tables('FORWARD', 'mangle', 'filter', 'security'),
    ...tables('POSTROUTING', 'mangle', 'nat'),
    { kind: 'leave' },
  ],
  outgoing: [
    ...tables('OUTPUT', 'raw', 'mangle', 'nat'),
    { kind: 'reroute' },
    { kind: 'virtualServer', hook: 'OUTPUT' },
    ...tables('OUTPUT', 'filter', 'security'),
    ...tables('POSTROUTING', 'mangle', 'nat'),
    { kind: 'leave' },
  ],
  /** IPVS sends what it rewrote as if the node did; nat is settled by then (net/netfilter/ipvs/ip_vs_xmit.c). */
  fromVirtualServer: [
    ...tables('OUTPUT', 'raw', 'mangle', 'filter', 'security'),
    ...tables('POSTROUTING', 'mangle', 'nat'),
    { kind: 'leave' },
  ],
} as const satisfies Record<string, readonly Stage[]>;

/** Stages as a list to work off, the next one last. */
export function planOf(list: readonly Stage[]): Link<Stage> | undefined {
  let plan: Link<Stage> | undefined;
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index];
    if (item !== undefined) plan = { item, before: plan };
  }
  return plan;
}
