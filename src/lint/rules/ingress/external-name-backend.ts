import { backendsOf } from '../../model/backends.js';
import { describeObject } from '../../model/names.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';
import { namespaceOf } from '../../../manifests/values.js';

export const externalNameBackend: LintRule = {
  id: 'ingress/external-name-backend',
  severity: 'warning',
  documentation: {
    summary: 'A backend is a Service of type ExternalName',
    why: `An ExternalName has neither address nor endpoints, so an Ingress controller has to resolve the name and
connect to the other host by itself. Some do, some refuse unless they are set to do it (Contour and Traefik, since it lets the
writer of a Service reach any host that the controller can), and the cloud balancers that send to Pods or node ports
cannot. The other host sees the Host header and TLS name of the first, and usually answers with an error or a
redirect.

It is a warning at the first such backend of a namespace, and an info at others: one controller serves them all.`,
    remedy:
      'Check that the controller allows it and rewrites the Host header; ' +
      'or use a Service without selector and EndpointSlices with the addresses.',
    falseAlarm: 'Where the controller is known to allow it and the target answers to that Host.',
    bad: `${exampleIngress('billing', 'number: 443')}apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com
  ports:
  - name: https
    port: 443
`,
    good: `${exampleIngress('web', 'number: 80')}${exampleService}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#externalname (Host headers and TLS)',
      "CVE-2021-25740 and the controllers' settings (allowExternalNameServices)",
    ],
  },
  *check(context) {
    const told = new Set<string>();
    for (const object of context.ofKind('Ingress')) {
      for (const { service, namePath } of backendsOf(object)) {
        const found = context.service(namespaceOf(object), service);
        if (found?.isExternalName !== true) continue;
        const namespace = namespaceOf(object);
        yield {
          object,
          path: namePath,
          ...(told.has(namespace) ? { severity: 'info' } : {}),
          message:
            `${describeObject(found.object)} is an ExternalName, which has no endpoints: ` +
            'some Ingress controllers refuse it and answer with an error, others send the wrong Host header; ' +
            'check that yours allows it.',
        };
        told.add(namespace);
      }
    }
  },
};
