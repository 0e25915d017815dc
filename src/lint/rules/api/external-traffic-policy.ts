import type { LintRule } from '../../rule.js';
import { isList, valueAt } from '../../../manifests/values.js';

export const externalTrafficPolicy: LintRule = {
  id: 'api/external-traffic-policy',
  severity: 'error',
  documentation: {
    summary: 'externalTrafficPolicy on a Service that nothing outside can reach',
    why: `\`externalTrafficPolicy\` says what nodes do with packets from outside the cluster. A Service of type
ClusterIP takes such packets only if it has \`externalIPs\`, and an ExternalName never does. The API server refuses the
field there, whatever its value. It often stays behind when a type is changed.`,
    remedy: 'Remove the field. For traffic from Pods, `internalTrafficPolicy` is the one.',
    falseAlarm:
      "Where `type` or `externalIPs` come from a patch or a chart's values that are not among the inputs: lint the result.",
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ClusterIP
  externalTrafficPolicy: Cluster
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
  type: NodePort
  externalTrafficPolicy: Cluster
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: externalTrafficPolicy may only be set for externally-accessible services',
      'https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy',
    ],
  },
  *check({ services }) {
    for (const { object, spec, type, externalIPs, externalTrafficPolicy: policy } of services) {
      const hasNoIPs = externalIPs.length === 0 && isList(valueAt(spec, 'externalIPs') ?? []);
      const isUnreachable = type === 'ExternalName' || (type === 'ClusterIP' && hasNoIPs);
      if (policy === '' || !isUnreachable) continue;
      yield {
        object,
        path: ['spec', 'externalTrafficPolicy'],
        missing: [
          ['spec', 'type'],
          ['spec', 'externalIPs'],
        ],
        message:
          'externalTrafficPolicy on a Service of type ' +
          `${type}${type === 'ClusterIP' ? ' without externalIPs' : ''} is refused by the API server; remove it.`,
      };
    }
  },
};
