import { isInNodePortRange } from '../../model/node-port-ranges.js';
import { nodePortsOf, takesNodePorts } from '../../model/node-ports.js';
import type { LintRule } from '../../rule.js';

export const nodePortDuplicate: LintRule = {
  id: 'api/node-port-duplicate',
  severity: 'error',
  documentation: {
    summary: 'Two ports of a Service share protocol and nodePort',
    why: `A packet that reaches a node is identified by protocol and port alone. Two ports of one Service cannot claim
the same pair, and the API server refuses the Service. One number for two protocols, as DNS wants it, is allowed within
a Service.`,
    remedy: 'Choose another nodePort for one of the two, or leave it out and one is assigned.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - name: http
    port: 80
    nodePort: 30080
  - name: https
    port: 443
    nodePort: 30080
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
  - name: http
    port: 80
    nodePort: 30080
  - name: https
    port: 443
    nodePort: 30443
`,
    sources: [
      'API validation of Services: (protocol, nodePort) is unique within a Service',
      'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
    ],
  },
  *check(context) {
    for (const service of context.services) {
      if (!takesNodePorts(service)) continue;
      const seen = new Set<string>();
      for (const { field, number, protocol, path } of nodePortsOf(service)) {
        if (field !== 'nodePort' || !isInNodePortRange(context, number)) continue;
        if (seen.has(`${protocol} ${number}`)) {
          yield {
            object: service.object,
            path,
            message:
              `nodePort ${number} appears twice for ${protocol} in this Service, so the API server refuses it; ` +
              'choose another, or leave it out and one is assigned.',
          };
        }
        seen.add(`${protocol} ${number}`);
      }
    }
  },
};
