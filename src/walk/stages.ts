/** The stages of a packet at each hook, in order of priority. */
import type { Link } from './link.js';
import type { Hook } from './packet.js';
import type { BaseChain, Program, Stage } from './types.js';

type Plan = Link<Stage> | undefined;

/** The ways through a node. */
export interface Plans {
  readonly incoming: Plan;
  readonly input: Plan;
  readonly forward: Plan;
  readonly outgoing: Plan;
  /** A virtual server sends rewritten packets like packets of the node itself (net/netfilter/ipvs/ip_vs_xmit.c). */
  readonly fromVirtualServer: Plan;
  /** For packets that left by lo and arrive again. */
  readonly again: Plan;
}

type Placed = readonly [priority: number, stage: Stage];

/** The kernel's NAT runs at these priorities (NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC). */
export const natPriorities = { destination: -100, source: 100 };

/** Whether NAT changes sources at this hook. */
export function isSourceHook(hook: Hook): boolean {
  return hook === 'INPUT' || hook === 'POSTROUTING';
}

/** Priorities of the kernel's own functions (linux/netfilter_ipv4.h, net/netfilter/ipvs/ip_vs_core.c). */
const afterDestinationNat = -99;
const virtualServerInOutput = -98;
const virtualServerInInput = 98;

export function plansOf({ baseChains }: Program): Plans {
  const at = (hook: Hook, ...own: readonly Placed[]): Stage[] =>
    [...placed(effective(baseChains.filter((base) => base.hook === hook))), ...own]
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

/**
 * Chains with their places among the priorities of a hook, those that run first first. Among equal priorities, what was
 * registered last runs first (net/netfilter/core.c, nf_hook_entries_grow). Chains of NAT only have an order among
 * themselves: one function of the kernel, registered with the first of them, calls them all (nf_nat_register_fn).
 */
function placed(bases: readonly BaseChain[]): Placed[] {
  const latestFirst = bases.toReversed();
  const nat = latestFirst.filter(({ type }) => type === 'nat').sort((a, b) => a.priority - b.priority);
  const firstNat = latestFirst.findLast(({ type }) => type === 'nat');
  return latestFirst.flatMap((base): Placed[] => {
    if (base.type !== 'nat') return [[base.priority, { kind: 'chain', base }]];
    if (base !== firstNat) return [];
    return nat.map((one) => [
      natPriorities[isSourceHook(one.hook) ? 'source' : 'destination'],
      { kind: 'chain', base: one },
    ]);
  });
}

/** Without those that do nothing; one of them still leads packets to the hook. */
function effective(all: readonly BaseChain[]): readonly BaseChain[] {
  const some = all.filter(({ chain, type }) => chain !== undefined || type === 'nat');
  return some.length === 0 ? all.slice(0, 1) : some;
}

/** Stages as a list in order, beginning with the next one. */
export function planOf(list: readonly Stage[]): Link<Stage> | undefined {
  let plan: Link<Stage> | undefined;
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index];
    if (item !== undefined) plan = { item, before: plan };
  }
  return plan;
}
