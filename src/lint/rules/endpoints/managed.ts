import { describeLabels } from '../../model/describe.js';
import { isControllerMade, isElectionLock } from '../../model/endpoint-objects.js';
import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { namespaceOf } from '../../../manifests/values.js';

const endpoints = `---
apiVersion: v1
kind: Endpoints
metadata:
  name: web
subsets:
- addresses:
  - ip: 192.0.2.15
  ports:
  - name: http
    port: 8080
`;

const service = (selector: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
${selector}  ports:
  - name: http
    port: 80
    targetPort: http
`;

export const managed: LintRule = {
  id: 'endpoints/managed',
  severity: 'warning',
  documentation: {
    summary: 'Hand-written Endpoints for a Service with a selector: the controller overwrites them',
    why: `For a Service with a selector the endpoints controller keeps the Endpoints of its name: it replaces whatever
they list with the Pods that the selector matches, at once and at every change. The addresses written by hand get no
traffic (or for a moment after each apply, which is worse), and each apply starts the fight again.

EndpointSlices of one's own beside the controller's are left alone by it and are fine. Endpoints that the controller
itself wrote, as they come from \`kubectl get\`, are not reported.`,
    remedy:
      'Remove the selector if the addresses are meant, or the Endpoints if the Pods are; to have both, ' +
      'use an EndpointSlice of its own name.',
    falseAlarm: 'Where the Endpoints are a dump of what the controller wrote.',
    bad: `${service('  selector:\n    app: web\n')}${webDeployment}${endpoints}`,
    good: `${service('')}${endpoints}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#endpoints',
      'Endpoints controller: syncService replaces subsets that differ from what the selector matches',
    ],
  },
  *check(context) {
    for (const object of context.ofKind('Endpoints')) {
      const service = context.service(namespaceOf(object), object.name);
      if (
        service?.selector === undefined ||
        service.isExternalName ||
        isControllerMade(object) ||
        isElectionLock(object)
      )
        continue;
      yield {
        object,
        path: ['metadata', 'name'],
        message:
          `The Service of this name selects ${describeLabels(service.selector)}, ` +
          'so the endpoints controller replaces these addresses with those of its Pods; ' +
          'remove the selector or the Endpoints.',
      };
    }
  },
};
