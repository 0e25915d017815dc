import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { textAt } from '../../values.js';

const service = (field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
${field}  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;

export const loadBalancerIP: LintRule = {
  id: 'service/load-balancer-ip',
  severity: 'info',
  documentation: {
    summary: 'spec.loadBalancerIP, deprecated and differing by provider',
    why: `loadBalancerIP asks the provider's controller for an address. What comes of it differs: some take it, some
want the name of a reserved address in an annotation, and some ignore it without a word, so that the Service gets
another address than DNS and clients have. The field has been deprecated since 1.24: it cannot hold two families and
means different things to each provider.`,
    remedy: 'Use the annotation of your provider or load balancer controller.',
    falseAlarm: 'Where your provider reads the field: it goes on working as long as the provider says so.',
    bad: service('  loadBalancerIP: 203.0.113.20\n'),
    good: service(''),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer',
      'https://github.com/kubernetes/kubernetes/pull/107235',
    ],
  },
  *check({ services }) {
    for (const { object, spec, isHeadless } of services) {
      if (isHeadless || textAt(spec, 'loadBalancerIP') === '') continue;
      yield {
        object,
        path: ['spec', 'loadBalancerIP'],
        message:
          'loadBalancerIP is deprecated, and providers that ignore it give the Service another address; ' +
          "use the annotation of your load balancer's controller.",
      };
    }
  },
};
