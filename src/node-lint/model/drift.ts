import { completedForDrift } from '../../diff/for-drift.js';
import { compareSides } from '../../diff/report.js';
import type { ServiceDifference } from '../../diff/types.js';
import { completeForDump } from '../../explain/complete-for-dump.js';
import type { ManifestSet } from '../../manifests/types.js';
import { modeOfNode } from '../../node/ask.js';
import { nodeFromManifests } from '../../node/from-manifests.js';
import type { NodeModel } from '../../node/types.js';
import { completeCluster, type CompleteOptions } from '../../pipeline/complete.js';
import { modeNamed } from '../../pipeline/modes.js';
import { versionOfNode } from '../../pipeline/node-version.js';

/**
 * Differences between the outcome of traffic to Services on a node and according to the manifests given with its dumps.
 * None if the API server would reject these manifests, if they contain no Services or no possible endpoints, or if the
 * node has no rules of kube-proxy.
 */
export async function findDrift(
  node: NodeModel,
  manifests: ManifestSet,
  given: CompleteOptions,
): Promise<readonly ServiceDifference[]> {
  const mode = modeNamed(modeOfNode(node));
  if (node.families.every((family) => family.mode === undefined)) return [];
  const version = given.kubeVersion ?? versionOfNode(manifests, given.node)?.version;
  const options = version === undefined ? given : { ...given, kubeVersion: version };
  const { completed } = await completeCluster(manifests, options);
  if (completed === undefined || mode === undefined) return [];
  const { services, endpointSlices } = completed.cluster;
  if (services.length === 0 || endpointSlices.length === 0) return [];
  const own = await completeForDump(completed, manifests, options, node.families);
  const isVersionGiven = version !== undefined;
  const adopted = await completedForDrift(own.completed, { dump: node, mode, isVersionGiven });
  const wanted = await nodeFromManifests(adopted.completed, mode, {
    families: node.families.map(({ family }) => family),
    hints: adopted.hints,
    // The names of their chains cannot be derived from manifests.
    hostPorts: false,
  });
  return compareSides(wanted, node).services.filter(({ severity }) => severity !== 'rules');
}
