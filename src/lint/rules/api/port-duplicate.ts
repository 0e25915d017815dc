import { isPortNumber, isProtocol } from '../../model/ports.js';
import type { LintRule } from '../../rule.js';

export const portDuplicate: LintRule = {
  id: 'api/port-duplicate',
  severity: 'error',
  documentation: {
    summary: 'Two ports of a Service share protocol and number',
    why: `A connection to the Service's address is identified by protocol and port alone. If two entries claim the same
pair, there is no saying which targetPort a packet should go to, so the API server refuses the Service. The protocol is
TCP where none is written.`,
    remedy: 'Change one of the numbers, or the protocol of one entry. The same number on TCP and UDP is fine.',
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
    targetPort: 8080
  - name: http-alt
    port: 80
    protocol: TCP
    targetPort: 8081
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: dns
spec:
  selector:
    app: dns
  ports:
  - name: dns
    port: 53
    protocol: UDP
  - name: dns-tcp
    port: 53
    protocol: TCP
`,
    sources: [
      'API validation of Services: (protocol, port) is unique within a Service',
      'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/',
    ],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      if (ports.length < 2) continue;
      const seen = new Set<string>();
      for (const { protocol, port, path } of ports) {
        if (!isPortNumber(port) || !isProtocol(protocol)) continue;
        const key = `${protocol} port ${port}`;
        if (seen.has(key)) {
          yield {
            object,
            path,
            message: `${key} appears twice in this Service, so the API server refuses it; change one of the two.`,
          };
        }
        seen.add(key);
      }
    }
  },
};
