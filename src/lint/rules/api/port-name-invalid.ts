import { quote } from '../../../diagnostics/quote.js';
import { dnsLabelFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';

export const portNameInvalid: LintRule = {
  id: 'api/port-name-invalid',
  severity: 'error',
  documentation: {
    summary: 'A Service port name is not a DNS label',
    why: `A Service port's name is part of the SRV record that DNS serves for it
(\`_http._tcp.web.shop.svc.cluster.local\`), so the API server accepts DNS labels of at most 63 characters only. (It is
not bound by the 15 characters that a *container* port's name may have, and may be all digits.)`,
    remedy:
      'Write the name in lower-case letters, digits and `-`; rename it in Ingress backends and hand-written ' +
      'EndpointSlices that use it.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: payments
spec:
  selector:
    app: payments
  ports:
  - name: http_api
    port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: payments
spec:
  selector:
    app: payments
  ports:
  - name: http-api
    port: 80
`,
    sources: [
      'API validation of Services: spec.ports[].name is a DNS-1123 label',
      'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#srv-records',
    ],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      for (const { name, path } of ports) {
        const fault = name === '' ? undefined : dnsLabelFault(name);
        if (fault === undefined) continue;
        yield {
          object,
          path: [...path, 'name'],
          message: `Port name ${quote(name)} ${fault}, so the API server refuses the Service; rename the port.`,
        };
      }
    }
  },
};
