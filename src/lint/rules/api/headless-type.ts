import type { LintRule } from '../../rule.js';
import { stringAt } from '../../values.js';

export const headlessType: LintRule = {
  id: 'api/headless-type',
  severity: 'error',
  documentation: {
    summary: 'A headless Service of type NodePort or LoadBalancer',
    why: `\`clusterIP: None\` asks for a Service without a virtual address: its DNS name leads straight to the Pods.
Node ports and load balancers are built upon the virtual address, so the API server refuses the combination.`,
    remedy:
      'Remove `clusterIP: None` to be given an address; if DNS needs the Pods too, add a second, ' +
      'headless Service of type ClusterIP with the same selector.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: NodePort
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: ClusterIP
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
`,
    sources: [
      'API validation of Services: clusterIPs[0] may not be None for NodePort and LoadBalancer',
      'https://kubernetes.io/docs/concepts/services-networking/service/#headless-services',
    ],
  },
  *check({ services }) {
    for (const { object, type, isHeadless, spec } of services) {
      if (!isHeadless || (type !== 'NodePort' && type !== 'LoadBalancer')) continue;
      const path = stringAt(spec, 'clusterIP') ? ['spec', 'clusterIP'] : ['spec', 'clusterIPs', 0];
      yield {
        object,
        path,
        message:
          `clusterIP None with type ${type} is refused by the API server, as a ${type} needs a virtual address; ` +
          'remove one of the two.',
      };
    }
  },
};
