import { takesHealthCheckNodePort } from '../../model/node-ports.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { isAbsent } from '../../values.js';
import { valueAt } from '../../../manifests/values.js';

export const healthCheckNodePort: LintRule = {
  id: 'api/health-check-node-port',
  severity: 'error',
  documentation: {
    summary: 'healthCheckNodePort on a Service that has no such check',
    why: `On the healthCheckNodePort, each node says to a load balancer whether it has endpoints of its own. That matters
only with \`type: LoadBalancer\` and \`externalTrafficPolicy: Local\`; on any other Service the API server refuses the
field.`,
    remedy:
      'Remove the field, or set `externalTrafficPolicy: Local` if the load balancer should send traffic to ' +
      'nodes with endpoints only.',
    falseAlarm:
      'Where `type` or `externalTrafficPolicy` come from a patch that is not among the inputs: lint the result.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  externalTrafficPolicy: Cluster
  healthCheckNodePort: 31500
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
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 31500
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: healthCheckNodePort may only be set when type is LoadBalancer and ' +
        'externalTrafficPolicy is Local',
      'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip',
    ],
  },
  *check({ services }) {
    for (const service of services) {
      if (service.healthCheckNodePort === 0 || takesHealthCheckNodePort(service) || !isUnderstood(service)) continue;
      const path = ['spec', 'healthCheckNodePort'];
      yield {
        object: service.object,
        path,
        missing: [
          ['spec', 'type'],
          ['spec', 'externalTrafficPolicy'],
        ],
        message:
          'healthCheckNodePort without type LoadBalancer and externalTrafficPolicy Local is refused by the API ' +
          'server; remove it, or set both.',
      };
    }
  },
};

/** Unknown types and policies are reported by `schema/invalid`. */
function isUnderstood({ isKnownType, spec }: ServiceView): boolean {
  const policy = valueAt(spec, 'externalTrafficPolicy');
  return isKnownType && (isAbsent(policy) || policy === 'Cluster' || policy === 'Local');
}
