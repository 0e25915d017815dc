import { describeWorkloads } from '../../model/describe.js';
import { webDeployment } from '../../model/example-manifests.js';
import { mayMissNodes, selectingServices } from '../../model/selected.js';
import type { LintRule } from '../../rule.js';

const service = (policy: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  internalTrafficPolicy: ${policy}
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;

export const internalPolicyGap: LintRule = {
  id: 'service/internal-policy-gap',
  severity: 'warning',
  documentation: {
    summary: 'internalTrafficPolicy Local over a workload that is not a DaemonSet',
    why: `With internalTrafficPolicy Local, packets that Pods and the node itself send to the cluster IP go only to Pods
of the same node. On a node that has none, kube-proxy drops them in the \`filter\` table ("has no local endpoints"),
although Pods on other nodes are ready: clients there wait for their timeout, and nothing falls back to another node.
Which nodes these are changes with every rollout.`,
    remedy:
      'Use it for DaemonSets only. To prefer near Pods without losing the others, use `trafficDistribution: ' +
      'PreferClose` (or `PreferSameNode`).',
    falseAlarm: 'Where clients only run on nodes that have a Pod, by affinity or a DaemonSet.',
    bad: service('Local'),
    good: service('Cluster'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/',
      'kubernetes/kubernetes#134895',
    ],
  },
  *check(context) {
    for (const {
      service: { object, internalTrafficPolicy, isHeadless },
      selected,
    } of selectingServices(context)) {
      if (internalTrafficPolicy !== 'Local' || isHeadless || !mayMissNodes(selected)) continue;
      yield {
        object,
        path: ['spec', 'internalTrafficPolicy'],
        message:
          `${describeWorkloads(selected)} may not run on every node, and nodes without such a Pod drop their own ` +
          'traffic to this Service under internalTrafficPolicy Local; use trafficDistribution to prefer near ' +
          'Pods, or a DaemonSet.',
      };
    }
  },
};
