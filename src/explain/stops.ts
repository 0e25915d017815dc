import { trafficOf } from './explain-traffic.js';
import type { FamilyView } from './node.js';
import { ownerOf } from './rules/chain-owners.js';
import type { FoundServicePort } from './rules/discover.js';
import type { Decider } from './traffic/delivery.js';

/** Clients of one address that a rule or policy, which is not kube-proxy's, stops. */
export interface Stop {
  readonly found: FoundServicePort;
  /** `cluster IP 10.96.0.50:80` */
  readonly where: string;
  readonly isClusterIP: boolean;
  readonly by: Decider;
  readonly fate: 'refused' | 'dropped';
  readonly clients: readonly string[];
  /** Whether all clients that are not the node itself are stopped. */
  readonly isAll: boolean;
}

/** A firewall treats Services alike: so many of a family are followed, which takes a moment each. */
const mostFollowed = 40;

/** Where rules and policies that are not kube-proxy's stop clients of Services, by following them through all rules. */
export function findStops(view: FamilyView): Stop[] {
  return view.found
    .filter(({ addresses, chains }) => addresses.length > 0 && chains.size > 0)
    .slice(0, mostFollowed)
    .flatMap((found) => stopsOf(view, found));
}

function stopsOf(view: FamilyView, found: FoundServicePort): Stop[] {
  return trafficOf(view, found).flatMap(({ address, label, deliveries }) => {
    const ofOthers = deliveries.filter(({ client }) => client.kind !== 'node');
    const byDecider = new Map<string, Stop & { clients: string[]; isAll: boolean }>();
    for (const { client, delivery } of ofOthers) {
      const { by, fate } = delivery;
      if (by === undefined || (fate !== 'refused' && fate !== 'dropped') || isKubeProxys(by)) continue;
      const key = `${by.table} ${by.chain} ${by.rule}`;
      const known = byDecider.get(key);
      if (known === undefined)
        byDecider.set(key, {
          found,
          where: label,
          isClusterIP: address.kind === 'clusterIP',
          by,
          fate,
          clients: [client.words],
          isAll: ofOthers.length === 1,
        });
      else {
        known.clients.push(client.words);
        known.isAll = known.clients.length === ofOthers.length;
      }
    }
    return [...byDecider.values()];
  });
}

function isKubeProxys({ chain }: Decider): boolean {
  const owner = ownerOf(chain);
  return owner === 'kube-proxy' || owner === 'kubelet';
}
