import type { LintRule } from '../../rule.js';
import { isAbsent } from '../../values.js';
import { isObject, valueAt } from '../../../manifests/values.js';

export const portNameRequired: LintRule = {
  id: 'api/port-name-required',
  severity: 'error',
  documentation: {
    summary: 'A Service with several ports has one without a name',
    why: `The name is what ties a Service's port to the port of its EndpointSlices and to Ingress backends. With one
port there is nothing to confuse and the name may be left out; with several, the API server refuses a Service that does
not name them all.`,
    remedy: 'Name every port, for instance after the protocol it speaks: `http`, `https`, `metrics`.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
  - port: 443
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
  - name: https
    port: 443
`,
    sources: [
      'API validation of Services: spec.ports[].name is required where there are several ports',
      'https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services',
    ],
  },
  *check({ services }) {
    for (const { object, spec, ports } of services) {
      if (ports.length < 2) continue;
      for (const [index, { path, port }] of ports.entries()) {
        if (!isObject(valueAt(spec, 'ports', index)) || !isAbsent(valueAt(spec, 'ports', index, 'name'))) continue;
        const which = port === undefined ? "One of the Service's ports" : `Port ${port}`;
        yield {
          object,
          path: [...path, 'name'],
          message:
            `${which} has no name, and the API server refuses a Service with several ports unless each is named; ` +
            'add a name.',
        };
      }
    }
  },
};
