import { formatVersion } from '../cluster/version.js';
import type { ProxyMode } from '../node/mode.js';
import type { NodeModel } from '../node/types.js';
import type { Completed } from '../pipeline/complete.js';
import { adoptConfiguration } from './adopt-configuration.js';
import { adoptFromNode } from './adopt.js';
import { shownVersions, versionsWords } from './shown-version.js';

/** A cluster prepared for comparison with a node, and notes about that, one sentence each. */
interface CompletedForDrift {
  readonly completed: Completed;
  readonly hints: readonly string[];
}

/** What a cluster is compared with. */
interface DriftFrom {
  readonly dump: NodeModel;
  /** The mode of the node's rules. */
  readonly mode: ProxyMode;
  /** Whether the version of the node's kube-proxy is given; otherwise it is derived from its rules. */
  readonly isVersionGiven: boolean;
}

/** A cluster with the values that its manifests leave open taken from the node it is compared with. */
export async function completedForDrift(completed: Completed, from: DriftFrom): Promise<CompletedForDrift> {
  const { completed: adopted, hints } = adopt(completed, from.dump);
  const own = from.isVersionGiven ? { completed: adopted, hints: [] } : await atShownVersion(adopted, from);
  return { completed: own.completed, hints: [...own.hints, ...hints] };
}

/** If several versions fit the rules equally, the one for which the cluster was completed is used, else the newest. */
async function atShownVersion(completed: Completed, { dump, mode }: DriftFrom): Promise<CompletedForDrift> {
  const versions = await shownVersions(completed, dump, mode);
  const newest = versions.at(-1);
  if (newest === undefined || versions.some(({ minor }) => minor === completed.options.version.minor))
    return { completed, hints: [] };
  return {
    completed: { ...completed, options: { ...completed.options, version: newest } },
    hints: [
      `The rules of the node are those of kube-proxy ${versionsWords(versions)}, so it is compared with ` +
        `${formatVersion(newest)} (--kube-version names another)`,
    ],
  };
}

function adopt(completed: Completed, dump: NodeModel): CompletedForDrift {
  const { cluster, hints } = adoptFromNode(completed.cluster, dump, completed.options.nodeName);
  const adopted = completed.isConfigured
    ? { configuration: completed.options.configuration, hints: [] }
    : adoptConfiguration(completed.options.configuration, dump);
  return {
    completed: { ...completed, cluster, options: { ...completed.options, configuration: adopted.configuration } },
    hints: [...hints, ...adopted.hints, ...missingEndpoints(cluster)],
  };
}

function missingEndpoints({ services, endpointSlices }: Completed['cluster']): string[] {
  return services.length === 0 || endpointSlices.length > 0
    ? []
    : [
        'The manifests contain no EndpointSlices and no workloads, so no Service has endpoints in them: ' +
          'kubectl get svc,endpointslices,nodes -A -o json prints them',
      ];
}
