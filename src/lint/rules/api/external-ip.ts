import { quote } from '../../../diagnostics/quote.js';
import { specialAddressFault, strictnessOf } from '../../model/addresses.js';
import type { LintRule } from '../../rule.js';

export const externalIP: LintRule = {
  id: 'api/external-ip',
  severity: 'error',
  documentation: {
    summary: 'An externalIP is an address that traffic cannot be sent to',
    why: `Every node takes packets for a Service's \`externalIPs\` as its own to forward. The API server refuses what is
no IP address (a host name, a prefix), and the unspecified, loopback, link-local and link-local multicast addresses,
with traffic that nodes need for themselves. From Kubernetes 1.36 on addresses are read strictly: no leading zeros, and no
IPv4 address written as IPv6.`,
    remedy: 'Write the address that your network routes to the nodes, without a prefix length.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  externalIPs:
  - 127.0.0.1
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
  externalIPs:
  - 203.0.113.10
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: externalIPs',
      'KEP-4858 (strict addresses)',
      'https://kubernetes.io/docs/concepts/services-networking/service/#external-ips',
    ],
  },
  *check({ services, facts }) {
    const strictness = strictnessOf(facts.version);
    for (const { object, externalIPs } of services) {
      for (const { text, path } of externalIPs) {
        const fault = specialAddressFault(text, strictness);
        if (fault === undefined) continue;
        yield {
          object,
          path,
          message:
            `External IP ${quote(text)} ${fault}, so the API server refuses the Service; ` +
            'use an address that is routed to the nodes.',
        };
      }
    }
  },
};
