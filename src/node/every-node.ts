import type { Cluster, Service } from '../cluster/types.js';
import { givenNodes } from '../cluster/made-up.js';
import type { Completed } from '../pipeline/complete.js';
import { modeNamed } from '../pipeline/modes.js';
import { modeOfNode } from './ask.js';
import { lowerNode } from './from-manifests.js';
import { completedOn } from './on-node.js';
import type { NodeModel } from './types.js';

/** One of the nodes of a cluster. */
export interface NamedNode {
  readonly name: string;
  /** Its rules, lowered anew at each call: kept, those of all nodes would take memory for nodes times endpoints. */
  readonly lower: () => NodeModel;
}

/** How many nodes are included at most: rules are generated separately for each. */
const mostNodes = 100;

/**
 * The given nodes of a cluster, each with the rules for one Service only; none for dumps, which belong to one node. At
 * most `mostNodes`, in the order of the manifests.
 */
export async function everyNodeFor(
  node: NodeModel,
  { namespace, name }: { namespace: string; name: string },
): Promise<readonly NamedNode[]> {
  const { completed, source, families } = node;
  const mode = modeNamed(modeOfNode(node));
  if (completed === undefined || source === 'dump' || mode === undefined) return [];
  const names = givenNodes(completed.cluster).map((one) => one.name);
  const alone = { ...completed, cluster: onlyService(completed.cluster, namespace, name) };
  const lowering = await mode.load();
  const beside = { families: families.map(({ family }) => family) };
  return names.slice(0, mostNodes).map((nodeName) => ({
    name: nodeName,
    lower: () => lowerNode(seenFrom(alone, completed, nodeName), lowering, beside),
  }));
}

/** The node of the inputs keeps its host facts. */
function seenFrom(alone: Completed, given: Completed, nodeName: string): Completed {
  return nodeName === given.options.nodeName ? alone : completedOn(alone, nodeName);
}

/** The cluster as if it had only this Service. */
export function onlyService(cluster: Cluster, namespace: string, name: string): Cluster {
  const isOwn = (service: Service): boolean => service.namespace === namespace && service.name === name;
  return {
    ...cluster,
    services: cluster.services.filter(isOwn),
    endpointSlices: cluster.endpointSlices.filter(
      (slice) => slice.namespace === namespace && slice.serviceName === name,
    ),
  };
}
