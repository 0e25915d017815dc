import { strictnessOf } from '../../model/addresses.js';
import { clusterIPFaults } from '../../model/cluster-ips.js';
import type { LintRule } from '../../rule.js';

export const clusterIP: LintRule = {
  id: 'api/cluster-ip',
  severity: 'error',
  documentation: {
    summary: 'clusterIP or clusterIPs is malformed or inconsistent',
    why: `\`clusterIPs\` lists a Service's virtual addresses, at most one per family; \`clusterIP\` repeats the first of
them. The API server refuses a Service if its addresses are malformed, or if its \`clusterIP\` is not \`clusterIPs[0]\` or is
left out beside \`clusterIPs\`, that has two addresses of one family, or that mixes \`None\` with addresses. From
Kubernetes 1.36 on addresses are read strictly: no leading zeros, and no IPv4 address written as IPv6.`,
    remedy:
      'Leave both fields out to be given addresses. Where an address must be fixed, write `clusterIP`, ' +
      'and `clusterIPs` only for dual stack, beginning with the same address.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.300
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.30
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: clusterIP and clusterIPs',
      'KEP-563 (dual stack), KEP-4858 (strict addresses)',
      'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
    ],
  },
  *check({ services, facts }) {
    const strictness = strictnessOf(facts.version);
    for (const service of services) {
      for (const fault of clusterIPFaults(service, strictness)) yield { object: service.object, ...fault };
    }
  },
};
