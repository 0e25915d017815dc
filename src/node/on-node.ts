import type { Completed } from '../pipeline/complete.js';
import { modeNamed } from '../pipeline/modes.js';
import { defaultHostFacts, withPodCIDRs } from '../proxy/host.js';
import { modeOfNode } from './ask.js';
import { nodeFromManifests } from './from-manifests.js';
import type { NodeModel } from './types.js';

/** The same cluster for another node; given host facts are those of the first node only. */
export function completedOn(completed: Completed, nodeName: string): Completed {
  const { cluster, options } = completed;
  const node = cluster.nodes.find(({ name }) => name === nodeName);
  return {
    ...completed,
    options: {
      ...options,
      nodeName,
      host: withPodCIDRs(defaultHostFacts(node, options.configuration.bindAddress), cluster.nodes, nodeName),
    },
  };
}

/**
 * Another node of the same cluster, lowered in the same mode. Undefined for nodes of dumps, which contain the rules of
 * one node.
 */
export async function onNode(node: NodeModel, nodeName: string): Promise<NodeModel | undefined> {
  const { completed, source, manifests, families } = node;
  if (completed === undefined || source === 'dump') return undefined;
  if (completed.options.nodeName === nodeName) return node;
  const mode = modeNamed(modeOfNode(node));
  if (mode === undefined) return undefined;
  return nodeFromManifests(completedOn(completed, nodeName), mode, {
    name: node.name,
    families: families.map(({ family }) => family),
    ...(manifests === undefined ? {} : { manifests }),
    hints: node.hints,
  });
}
