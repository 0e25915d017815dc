import { quote } from '../../../diagnostics/quote.js';
import { familyOf } from '../../../net/address.js';
import { serviceOfSlice } from '../../model/endpoint-objects.js';
import { describeObject } from '../../model/names.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { placedTextsAt, textAt } from '../../values.js';
import { namespaceOf } from '../../../manifests/values.js';
import { joinWords } from '../../../diagnostics/words.js';

const manifests = (family: string): string => `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ipFamilies:
  - ${family}
  ports:
  - name: pg
    port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-1
  labels:
    kubernetes.io/service-name: legacy-db
addressType: IPv6
ports:
- name: pg
  port: 5432
  protocol: TCP
endpoints:
- addresses:
  - 2001:db8::15
`;

export const familyMismatch: LintRule = {
  id: 'endpoints/family-mismatch',
  severity: 'warning',
  documentation: {
    summary: "The addressType of a slice is not among its Service's ipFamilies",
    why: `kube-proxy runs once for each family, and packets are never translated from one to the other: packets to an
IPv4 cluster IP go to IPv4 endpoints. A slice of another family than the Service's has no cluster IP that leads to it,
and its addresses get no traffic. Slices of type FQDN get none in any case; no kube-proxy reads them.

The families are \`ipFamilies\`, else those of the cluster IPs; where neither is written, or the policy asks for two
families, nothing is said.`,
    remedy:
      "Use addresses of the Service's family, or make the Service dual-stack (`ipFamilyPolicy: PreferDualStack`).",
    falseAlarm: 'Where the cluster has given the Service its families and the manifest does not say them.',
    bad: manifests('IPv4'),
    good: manifests('IPv6'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
      "kube-proxy: each family's proxier takes slices of its addressType",
    ],
  },
  *check(context) {
    for (const slice of context.ofKind('EndpointSlice')) {
      const service = context.service(namespaceOf(slice), serviceOfSlice(slice));
      const type = textAt(slice.value, 'addressType');
      const families = service === undefined || type === '' ? [] : familiesOf(service);
      if (service === undefined || families.length === 0 || families.includes(type)) continue;
      yield {
        object: slice,
        path: ['addressType'],
        message:
          `The slice holds ${quote(type)} addresses and ${describeObject(service.object)} is ` +
          `${joinWords(families.map((family) => quote(family)))}, so they get no traffic; ` +
          'use addresses of that family, or make the Service dual-stack.',
      };
    }
  },
};

/**
 * The known families of a Service; empty if unknown. With PreferDualStack and RequireDualStack the API server adds the
 * second family, and a headless Service without selector and without policy gets both (initIPFamilyFields).
 */
function familiesOf(service: ServiceView): string[] {
  const { spec, object, clusterIPs, isHeadless, isExternalName, selector } = service;
  const policy =
    textAt(spec, 'ipFamilyPolicy') || (isHeadless && selector === undefined ? 'RequireDualStack' : 'SingleStack');
  if (isExternalName || policy !== 'SingleStack') return [];
  const written = placedTextsAt(object.value, 'spec', 'ipFamilies').map(({ text }) => text);
  if (written.length > 0) return [...new Set(written)];
  return [...new Set(clusterIPs.flatMap(({ text }) => familyName(text) ?? []))];
}

function familyName(address: string): string | undefined {
  const family = familyOf(address);
  return family === undefined ? undefined : family === 'ipv4' ? 'IPv4' : 'IPv6';
}
