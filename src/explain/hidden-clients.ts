import { keptTraffic } from './explain-traffic.js';
import { followedPorts } from './followed-ports.js';
import type { FamilyView } from './node.js';
import type { FoundServicePort } from './rules/discover.js';
import type { Decider } from './traffic/delivery.js';
import { withWhy } from './traffic/why.js';
import { ownerOfDecider } from './words/decider.js';

/** A rule of another program that gives what Pods of this node send to a cluster IP the node's address. */
export interface HiddenClients {
  readonly by: Decider;
  readonly services: readonly FoundServicePort[];
}

/**
 * The rules that hide Pods from Services, found by walking their connections. Only rules that hide them from every
 * Service: CNI plugins masquerade connections to some endpoints if it is unknown which Pods are on this node.
 */
export function hiddenClientsOf(view: FamilyView): HiddenClients[] {
  const byRule = new Map<string, { by: Decider; services: FoundServicePort[] }>();
  let seen = 0;
  for (const found of followedPorts(view)) {
    const reached = fromPodsHere(view, found);
    if (reached.length > 0) seen++;
    const [by] = reached;
    if (by === undefined) continue;
    const group = byRule.get(JSON.stringify(by));
    if (group === undefined) byRule.set(JSON.stringify(by), { by, services: [found] });
    else group.services.push(found);
  }
  return [...byRule.values()].filter(({ services }) => services.length === seen);
}

/** What masquerades connections of Pods to the cluster IP; undefined: nothing, or rules of kube-proxy. */
function fromPodsHere(view: FamilyView, found: FoundServicePort): (Decider | undefined)[] {
  return keptTraffic(view, found)
    .filter(({ address }) => address.kind === 'clusterIP')
    .flatMap(({ to, deliveries }) =>
      deliveries
        .filter(({ client, delivery }) => client.kind === 'podHere' && delivery.fate === 'delivered')
        .map(({ client, packets, delivery }) => {
          const by =
            delivery.source === 'node' ? withWhy(view.traffic, client, to, packets, delivery).sourceBy : undefined;
          return by === undefined || ['kube-proxy', 'kubelet'].includes(ownerOfDecider(by)) ? undefined : by;
        }),
    );
}
