/** What a packet meets at each hook, in the order of priorities. */
import type { Link } from './link.js';
import type { Hook } from './packet.js';
import type { BaseChain, Program } from './program.js';

/** What comes next on a packet's way through the node. */
export type Stage =
  | { readonly kind: 'chain'; readonly base: BaseChain }
  /** The routing decision after PREROUTING. */
  | { readonly kind: 'routeIn' }
  /** The routing decision for what the node itself sends. */
  | { readonly kind: 'routeOut' }
  /** After OUTPUT's new destinations: they may have another way out. */
  | { readonly kind: 'reroute' }
  /** A virtual server may take the packet up. */
  | { readonly kind: 'virtualServer'; readonly hook: 'INPUT' | 'OUTPUT' }
  /** It has taken the packet up, and sends it to a real server. */
  | { readonly kind: 'sendOn' }
  /** The node gives the packet up, for this reason. */
  | { readonly kind: 'giveUp'; readonly reason: string }
  | { readonly kind: 'deliver' }
  /** It has left: by a cable, or by lo, where it comes in again. */
  | { readonly kind: 'leave' };

type Plan = Link<Stage> | undefined;

/** The ways through a node. */
export interface Plans {
  readonly incoming: Plan;
  readonly input: Plan;
  readonly forward: Plan;
  readonly outgoing: Plan;
  /** A virtual server sends what it rewrote as if the node did (net/netfilter/ipvs/ip_vs_xmit.c). */
  readonly fromVirtualServer: Plan;
  /** What left by lo comes in again. */
  readonly again: Plan;
}

type Placed = readonly [priority: number, stage: Stage];

/** Priorities of what the kernel itself does (linux/netfilter_ipv4.h, net/netfilter/ipvs/ip_vs_core.c). */
const afterDestinationNat = -99;
const virtualServerInOutput = -98;
const virtualServerInInput = 98;

export function plansOf({ baseChains }: Program): Plans {
  const at = (hook: Hook, ...own: readonly Placed[]): Stage[] =>
    [
      ...baseChains
        .filter((base) => base.hook === hook)
        .map((base): Placed => [base.priority, { kind: 'chain', base }]),
      ...own,
    ]
      .sort(([a], [b]) => a - b)
      .map(([, stage]) => stage);
  const leave: Stage[] = [...at('POSTROUTING'), { kind: 'leave' }];
  const input: Stage[] = [
    ...at('INPUT', [virtualServerInInput, { kind: 'virtualServer', hook: 'INPUT' }]),
    { kind: 'deliver' },
  ];
  return {
    incoming: planOf([...at('PREROUTING'), { kind: 'routeIn' }]),
    input: planOf(input),
    forward: planOf([...at('FORWARD'), ...leave]),
    outgoing: planOf([
      { kind: 'routeOut' },
      ...at(
        'OUTPUT',
        [afterDestinationNat, { kind: 'reroute' }],
        [virtualServerInOutput, { kind: 'virtualServer', hook: 'OUTPUT' }],
      ),
      ...leave,
    ]),
    fromVirtualServer: planOf([...at('OUTPUT'), ...leave]),
    again: planOf([...at('PREROUTING'), ...input]),
  };
}

/** Stages as a list to work off, the next one last. */
export function planOf(list: readonly Stage[]): Link<Stage> | undefined {
  let plan: Link<Stage> | undefined;
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index];
    if (item !== undefined) plan = { item, before: plan };
  }
  return plan;
}
