import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { booleanAt } from '../../values.js';

const service = (field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
${field}  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;

export const publishNotReady: LintRule = {
  id: 'service/publish-not-ready',
  severity: 'info',
  documentation: {
    summary: 'publishNotReadyAddresses on a Service that is not headless',
    why: `With publishNotReadyAddresses every selected Pod counts as ready in the Service's slices, whatever its
readiness probe says. On a headless Service this lets peers find each other while they start. On a Service with a
cluster IP kube-proxy sends connections to Pods that are starting, failing their probe or shutting down, and clients are
refused or hang.`,
    remedy: 'Keep it for a headless Service that peers use; give clients a second Service without it.',
    falseAlarm: 'Where clients are meant to reach Pods that are not ready: a debugging port, a bootstrap.',
    bad: service('  publishNotReadyAddresses: true\n'),
    good: service(''),
    sources: [
      'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ (publishNotReadyAddresses)',
    ],
  },
  *check({ services }) {
    for (const { object, spec, isHeadless, isExternalName } of services) {
      if (isHeadless || isExternalName || booleanAt(spec, 'publishNotReadyAddresses') !== true) continue;
      yield {
        object,
        path: ['spec', 'publishNotReadyAddresses'],
        message:
          'publishNotReadyAddresses makes kube-proxy send connections to Pods that are not ready; ' +
          'use it only on a headless Service through which peers find each other.',
      };
    }
  },
};
