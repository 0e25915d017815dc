import type { NodeModel } from '../node/types.js';
import type { Completed } from '../pipeline/complete.js';
import { adoptConfiguration } from './adopt-configuration.js';
import { adoptFromNode } from './adopt.js';

/** A cluster as it is compared with a node, and what people should know of that, a sentence each. */
export interface CompletedForDrift {
  readonly completed: Completed;
  readonly hints: readonly string[];
}

/** A cluster with what its manifests leave open taken from the node that it is compared with. */
export function completedForDrift(completed: Completed, dump: NodeModel): CompletedForDrift {
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
        'The manifests hold no EndpointSlices and no workloads, so that no Service has endpoints by them: ' +
          'kubectl get svc,endpointslices,nodes -A -o json has them',
      ];
}
