import { parsePrefix } from '../../../net/address.js';
import { webDeployment } from '../../model/example-manifests.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { booleanAt, placedTextsAt } from '../../values.js';

const service = (field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
${field}  loadBalancerSourceRanges:
  - 198.51.100.0/24
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;

export const sourceRangesBypass: LintRule = {
  id: 'service/source-ranges-bypass',
  severity: 'warning',
  documentation: {
    summary: 'loadBalancerSourceRanges while the node ports stay open to everyone',
    why: `loadBalancerSourceRanges are checked where packets arrive for the load balancer's address: by the balancer,
and by kube-proxy's KUBE-FW chains for that address alone. A Service of type LoadBalancer also gets a node port for each
port, on every node, and no rule looks at the source of packets that arrive there: whoever can reach a node gets in past
the ranges.

Ranges that allow every address of their family restrict nothing and are not reported.`,
    remedy:
      'Set `allocateLoadBalancerNodePorts: false` and write no nodePort, ' +
      'if the balancer sends to Pods directly; otherwise keep others away from the nodes with a firewall or a ' +
      'NetworkPolicy.',
    falseAlarm: 'Where nothing else reaches the node ports: a firewall before the nodes, or private subnets.',
    bad: service(''),
    good: service('  allocateLoadBalancerNodePorts: false\n'),
    sources: [
      'kubernetes/kubernetes#33586, #109575',
      'https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-nodeport-allocation',
    ],
  },
  *check({ services }) {
    for (const service of services) {
      if (service.type !== 'LoadBalancer' || service.isHeadless || !isRestricted(service) || !hasNodePorts(service))
        continue;
      yield {
        object: service.object,
        path: ['spec', 'loadBalancerSourceRanges'],
        message:
          'loadBalancerSourceRanges do not protect the node ports that this Service opens on every node, ' +
          'so a client that reaches a node gets around them; set allocateLoadBalancerNodePorts: false, ' +
          'or put a firewall before the nodes.',
      };
    }
  },
};

/** An explicit nodePort is opened even if none are allocated. */
function hasNodePorts({ spec, ports }: ServiceView): boolean {
  return booleanAt(spec, 'allocateLoadBalancerNodePorts') !== false || ports.some(({ nodePort }) => nodePort !== 0);
}

/** Whether some family has ranges, and none of them covers all addresses. */
function isRestricted({ spec }: ServiceView): boolean {
  const prefixes = placedTextsAt(spec, 'loadBalancerSourceRanges').flatMap(
    ({ text }) => parsePrefix(text.trim()) ?? [],
  );
  return prefixes.some(({ family }) => !prefixes.some((prefix) => prefix.family === family && prefix.length === 0));
}
