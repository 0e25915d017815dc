import { quote } from '../../../diagnostics/quote.js';
import { addressKey } from '../../model/addresses.js';
import type { LintRule } from '../../rule.js';
import { textAt } from '../../values.js';

export const externalNameIP: LintRule = {
  id: 'service/external-name-ip',
  severity: 'warning',
  documentation: {
    summary: 'externalName is an IP address, which DNS gives out as a name nobody can resolve',
    why: `An ExternalName Service is a CNAME record in the cluster's DNS and nothing else. The API server accepts an
IPv4 address, since it looks like a DNS name made of digits, and DNS then answers that the Service's name is an alias of
the *name* \`192.0.2.44\`. A resolver asks for the address of that name and finds none, so clients fail with "no such
host". No kube-proxy rule exists for ExternalName that could help.`,
    remedy: 'Use a Service without selector and type, with an EndpointSlice that holds the address.',
    falseAlarm: 'Where no client resolves the name by DNS and a proxy reads externalName itself.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: 192.0.2.44
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  ports:
  - name: https
    port: 443
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: billing-1
  labels:
    kubernetes.io/service-name: billing
addressType: IPv4
ports:
- name: https
  port: 443
  protocol: TCP
endpoints:
- addresses:
  - 192.0.2.44
`,
    sources: ['https://kubernetes.io/docs/concepts/services-networking/service/#externalname'],
  },
  *check({ services }) {
    for (const { object, spec, isExternalName } of services) {
      const name = textAt(spec, 'externalName');
      if (!isExternalName || addressKey(name.replace(/\.$/, '')) === undefined) continue;
      yield {
        object,
        path: ['spec', 'externalName'],
        message:
          `externalName ${quote(name)} is an IP address, but DNS answers with it as a name, which nobody can resolve; ` +
          'use a Service without selector, and an EndpointSlice with the address.',
      };
    }
  },
};
