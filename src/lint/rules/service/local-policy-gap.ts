import { greatest } from '../../../diagnostics/extremes.js';
import { describeWorkloads } from '../../model/describe.js';
import { webDeployment } from '../../model/example-manifests.js';
import { byIdentity, mayMissNodes, selectingServices } from '../../model/selected.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';

const node = (name: string): string => `---
apiVersion: v1
kind: Node
metadata:
  name: ${name}
`;

const service = (policy: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  externalTrafficPolicy: ${policy}
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}${node('node-1')}${node('node-2')}${node('node-3')}`;

export const localPolicyGap: LintRule = {
  id: 'service/local-policy-gap',
  severity: 'warning',
  documentation: {
    summary: 'externalTrafficPolicy Local over fewer Pods than there are nodes',
    why: `With externalTrafficPolicy Local a node hands packets from outside only to Pods that run on it, which keeps the client's address. A node without such a Pod drops them:
kube-proxy's rule in the \`filter\` table says "has no local endpoints". A load balancer that asks the health check node port leaves such nodes out; clients of a node port or
an external IP, and balancers that do not ask, run into a timeout on these nodes. With more nodes than Pods there is always such a node, and a rollout moves it.

Without Nodes in the set this is an info: whether there is a gap is not known.`,
    remedy:
      "Run the Pods as a DaemonSet, or as many replicas as nodes with a topology spread constraint, or let the balancer use the health check; or use the policy Cluster and lose the client's address.",
    falseAlarm:
      'Where the load balancer follows the health check node port and sends to nodes with Pods only, or node affinity keeps Pods and nodes together.',
    bad: service('Local'),
    good: service('Cluster'),
    sources: [
      'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip',
      'kubernetes/kubernetes#75262, #93456',
    ],
  },
  *check(context) {
    const nodes = new Set(context.ofKind('Node').map(({ name }) => name)).size;
    for (const {
      service: { object, externalTrafficPolicy, isHeadless },
      selected,
    } of selectingServices(context)) {
      if (externalTrafficPolicy !== 'Local' || isHeadless || !mayMissNodes(selected)) continue;
      const problem = { object, path: ['spec', 'externalTrafficPolicy'] };
      const replicas = countReplicas(selected);
      const who = describeWorkloads(selected);
      if (nodes === 0)
        yield {
          ...problem,
          severity: 'info',
          message: `Nodes that run no Pod of ${who} drop packets from outside under externalTrafficPolicy Local; make sure that whatever sends to the nodes asks their health check, or run a Pod on each.`,
        };
      else if (replicas < nodes)
        yield {
          ...problem,
          message: `${who} ${replicas === 1 ? 'has 1 Pod' : `has ${replicas} Pods`} for ${nodes} nodes, and nodes without one drop packets from outside under externalTrafficPolicy Local; use a DaemonSet or more replicas, or the policy Cluster.`,
        };
    }
  },
};

function countReplicas(selected: readonly WorkloadView[]): number {
  return byIdentity(selected).reduce(
    (sum, definitions) => sum + greatest(definitions.map(({ replicas = 0 }) => replicas)),
    0,
  );
}
