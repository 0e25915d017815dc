import { databaseStatefulSet } from '../../model/example-manifests.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { textAt } from '../../values.js';

const service = (field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
${field}  selector:
    app: db
  ports:
  - name: pg
    port: 5432
${databaseStatefulSet}`;

export const headlessIgnoredFields: LintRule = {
  id: 'service/headless-ignored-fields',
  severity: 'info',
  documentation: {
    summary: 'A headless Service with sessionAffinity, externalIPs or loadBalancerIP, which nothing applies',
    why: `These fields are instructions to kube-proxy or to a cloud's controller, and both leave headless Services
alone: kube-proxy skips a Service with clusterIP None, and no load balancer is made for it. The API server accepts
the fields all the same. Clients get all Pods' addresses from DNS and choose by themselves, so affinity is up to them,
and packets to the externalIP are not taken by any node.`,
    remedy: 'Remove the field, or make a second Service with a cluster IP for the clients that need it.',
    falseAlarm: 'Where the Service is about to get a cluster IP.',
    bad: service('  sessionAffinity: ClientIP\n'),
    good: service(''),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#headless-services',
      'kube-proxy: ShouldSkipService (pkg/proxy/util) skips Services without cluster IP',
    ],
  },
  *check({ services }) {
    for (const service of services) {
      if (!service.isHeadless || service.isExternalName) continue;
      for (const [field, effect] of ignoredFields(service)) {
        yield {
          object: service.object,
          path: ['spec', field],
          message:
            `${field} has no effect on a headless Service: ${effect}; remove it, ` +
            'or use a Service with a cluster IP.',
        };
      }
    }
  },
};

function ignoredFields({ spec, externalIPs }: ServiceView): [field: string, effect: string][] {
  const fields: [string, string][] = [];
  if (textAt(spec, 'sessionAffinity') === 'ClientIP')
    fields.push(['sessionAffinity', "clients choose among the Pods' addresses that DNS gives them"]);
  if (externalIPs.length > 0) fields.push(['externalIPs', 'no node takes packets for these addresses']);
  if (textAt(spec, 'loadBalancerIP') !== '') fields.push(['loadBalancerIP', 'no load balancer is made for it']);
  return fields;
}
