import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';

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

export const externalIPsDeprecated: LintRule = {
  id: 'service/external-ips-deprecated',
  severity: 'info',
  documentation: {
    summary: 'spec.externalIPs at Kubernetes 1.36 or newer, where the field is deprecated',
    why: `externalIPs let whoever may write a Service take packets for any address on every node (CVE-2020-8554), and
most clusters need nothing of the kind. From 1.36 on the field is deprecated; it still works today, and a later version
of kube-proxy will stop programming it, after which packets to these addresses go wherever the node's routes say.`,
    remedy:
      'Use type LoadBalancer with a controller for bare metal (MetalLB, kube-vip), a Gateway, ' +
      'or a NodePort behind a balancer of your own.',
    falseAlarm: 'Where no load balancer is available: externalIPs go on working until the release that removes them.',
    bad: service('  externalIPs:\n  - 203.0.113.10\n'),
    good: service(''),
    sources: ['KEP-5707: deprecate Service externalIPs', 'CVE-2020-8554, kubernetes/kubernetes#97076'],
  },
  *check({ services, facts }) {
    if (facts.version.minor < 36) return;
    for (const { object, externalIPs } of services) {
      if (externalIPs.length > 0)
        yield {
          object,
          path: ['spec', 'externalIPs'],
          message:
            'externalIPs are deprecated from Kubernetes 1.36 on, and nodes will stop taking packets for them in ' +
            'a later version; use a LoadBalancer or a Gateway.',
        };
    }
  },
};
