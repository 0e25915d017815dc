import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { valueAt } from '../../../manifests/values.js';

const annotations = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];

const service = (annotated: string, field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
${annotated}spec:
${field}  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;

export const topologyAnnotation: LintRule = {
  id: 'service/topology-annotation',
  severity: 'warning',
  documentation: {
    summary: 'An annotation for topology aware routing, deprecated for spec.trafficDistribution',
    why: `The annotations \`service.kubernetes.io/topology-mode\` and, before it,
\`service.kubernetes.io/topology-aware-hints\` ask the EndpointSlice controller to share endpoints out among zones by
their CPUs. It does so only under conditions (three endpoints per zone, an even spread) and without a word stops when
they fail, so that traffic crosses zones again. Both are deprecated: \`spec.trafficDistribution\` says plainly what is
preferred, and kube-proxy falls back by simple rules. The annotation wins where both are there.`,
    remedy:
      'Remove the annotation and write `trafficDistribution: PreferClose` (from 1.34 on also called PreferSameZone).',
    falseAlarm: 'Where clusters are older than 1.31 and know no `trafficDistribution`.',
    bad: service(`  annotations:\n    ${annotations[0] ?? ''}: Auto\n`, ''),
    good: service('', '  trafficDistribution: PreferClose\n'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/',
      'KEP-4444: trafficDistribution',
      'KEP-3015: PreferSameZone and PreferSameNode',
    ],
  },
  *check(context) {
    for (const object of context.ofKind('Service')) {
      for (const annotation of annotations) {
        const path = ['metadata', 'annotations', annotation];
        if (valueAt(object.value, ...path) === undefined) continue;
        yield {
          object,
          path,
          message:
            `The annotation ${annotation} is deprecated, and its hints vanish without a word when zones are ` +
            'uneven; use spec.trafficDistribution: PreferClose instead.',
        };
      }
    }
  },
};
