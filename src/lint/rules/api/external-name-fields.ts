import type { LintRule } from '../../rule.js';
import type { ServiceView } from '../../model/service.js';
import { isAbsent, listAt } from '../../values.js';
import { valueAt } from '../../../manifests/values.js';

export const externalNameFields: LintRule = {
  id: 'api/external-name-fields',
  severity: 'error',
  documentation: {
    summary: 'An ExternalName Service has cluster IPs or IP families',
    why: `A Service of type ExternalName is an alias in DNS and has no address of its own, not even \`None\`. The API
server refuses clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy on it. They often stay behind when a Service is
turned into an ExternalName.`,
    remedy: 'Remove these fields.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com
  clusterIP: 10.96.40.20
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com
`,
    sources: [
      'API validation of Services: clusterIPs, ipFamilies and ipFamilyPolicy may not be set for ExternalName',
      'https://kubernetes.io/docs/concepts/services-networking/service/#externalname',
    ],
  },
  *check({ services }) {
    for (const service of services) {
      if (!service.isExternalName) continue;
      for (const field of writtenFields(service)) {
        yield {
          object: service.object,
          path: ['spec', field],
          message:
            `${field} on a Service of type ExternalName is refused by the API server, as an alias has no address; ` +
            'remove it.',
        };
      }
    }
  },
};

function* writtenFields({ spec }: ServiceView): Iterable<string> {
  if (listAt(spec, 'clusterIPs').length > 0) yield 'clusterIPs';
  else if (!isAbsent(valueAt(spec, 'clusterIP'))) yield 'clusterIP';
  if (listAt(spec, 'ipFamilies').length > 0) yield 'ipFamilies';
  if (!isAbsent(valueAt(spec, 'ipFamilyPolicy'))) yield 'ipFamilyPolicy';
}
