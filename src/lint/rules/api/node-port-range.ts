import { isInNodePortRange } from '../../model/node-port-ranges.js';
import { nodePortsOf, takesNodePorts } from '../../model/node-ports.js';
import type { LintRule } from '../../rule.js';

export const nodePortRange: LintRule = {
  id: 'api/node-port-range',
  severity: 'error',
  documentation: {
    summary: "A node port lies outside the cluster's range",
    why: `Node ports come from one range per cluster, 30000-32767 unless the API server runs with another
\`--service-node-port-range\`. A nodePort or healthCheckNodePort outside of it cannot be allocated, and the API server
refuses the Service.

Where a file among the inputs sets the range of an API server (settings of kubeadm, k3s, Talos, kOps or RKE, or the
static Pod), a port in that range is right, too. Where five different node ports or more are outside the default range in
files found in directories, the cluster evidently has another one: that is one warning.`,
    remedy:
      'Pick a number within the range, or leave the field out to be given one. ' +
      'If your cluster has another range, say so with `--service-node-port-range` or in `kubechains.yaml`.',
    falseAlarm:
      'Where your cluster has another range: say so with `--service-node-port-range`, or `nodePortRange` in kubechains.yaml.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 8080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
`,
    sources: [
      'API server: node port allocator, flag --service-node-port-range',
      'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
    ],
  },
  *check(context) {
    const { from, to } = context.facts.nodePortRange;
    for (const service of context.services) {
      if (!takesNodePorts(service)) continue;
      for (const { number, path, field } of nodePortsOf(service)) {
        if (isInNodePortRange(context, number)) continue;
        yield {
          object: service.object,
          path,
          message:
            `${field} ${number} is outside ${from}-${to}, so the API server refuses the Service; ` +
            'choose one in the range, or leave it out and one is assigned.',
        };
      }
    }
  },
};
