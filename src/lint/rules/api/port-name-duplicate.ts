import { quote } from '../../../diagnostics/quote.js';
import type { LintRule } from '../../rule.js';

export const portNameDuplicate: LintRule = {
  id: 'api/port-name-duplicate',
  severity: 'error',
  documentation: {
    summary: 'Two ports of a Service share a name',
    why: `Endpoints are matched to a Service's ports by name, and Ingress backends and SRV records refer to ports by
name. Two ports of one name could not be distinguished, so the API server refuses the Service.`,
    remedy:
      'Give each port a name of its own, such as `http` and `http-alt`, ' +
      'or `dns` and `dns-tcp` for one number on two transports.',
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
  - name: http
    port: 8080
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
  - name: http-alt
    port: 8080
`,
    sources: [
      'API validation of Services: spec.ports[].name is unique within a Service',
      'https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services',
    ],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      if (ports.length < 2) continue;
      const seen = new Set<string>();
      for (const { name, path } of ports) {
        if (name !== '' && seen.has(name)) {
          yield {
            object,
            path: [...path, 'name'],
            message:
              `Port name ${quote(name)} appears twice in this Service, so the API server refuses it; ` +
              'give each port its own name.',
          };
        }
        seen.add(name);
      }
    }
  },
};
