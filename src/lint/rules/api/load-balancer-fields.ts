import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import { kubeletPort } from '../../model/ports.js';
import type { ServiceView } from '../../model/service.js';
import { qualifiedNameFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { isAbsent, textAt } from '../../values.js';
import { valueAt } from '../../../manifests/values.js';

export const loadBalancerFields: LintRule = {
  id: 'api/load-balancer-fields',
  severity: 'error',
  documentation: {
    summary: "Load-balancer fields on another type of Service, or the kubelet's port on a load balancer",
    why: `\`allocateLoadBalancerNodePorts\` and \`loadBalancerClass\` say how a load balancer is made. The API server
refuses them on a Service of another type, even with the value they have by default, and a class that is not a qualified
name. It also refuses port 10250 on a load balancer: some clouds would open the kubelets of all nodes with it.`,
    remedy:
      'Remove the field, or set `type: LoadBalancer`; choose another port than 10250 for what is to be reached ' +
      'from outside.',
    falseAlarm: 'Where `type` comes from a patch that is not among the inputs: lint the result.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  loadBalancerClass: lb.example.com/internal
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
  type: LoadBalancer
  loadBalancerClass: lb.example.com/internal
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      "API validation of Services: allocateLoadBalancerNodePorts, loadBalancerClass, and the kubelet's port",
      'https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-class',
    ],
  },
  *check({ services }) {
    for (const service of services) {
      if (!service.isKnownType) continue;
      const faults = service.type === 'LoadBalancer' ? faultsOfBalancer(service) : faultsOfOther(service);
      for (const fault of faults) yield { object: service.object, ...fault };
    }
  },
};

function* faultsOfOther({
  spec,
  type,
}: ServiceView): Iterable<{ path: Path; missing: readonly Path[]; message: string }> {
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) {
    if (isAbsent(valueAt(spec, field))) continue;
    yield {
      path: ['spec', field],
      missing: [['spec', 'type']],
      message:
        `${field} on a Service of type ${quote(type)} is refused by the API server; remove it, or set type: ` +
        'LoadBalancer.',
    };
  }
}

function* faultsOfBalancer({ spec, ports }: ServiceView): Iterable<{ path: Path; message: string }> {
  const loadBalancerClass = textAt(spec, 'loadBalancerClass');
  const fault = loadBalancerClass === '' ? undefined : qualifiedNameFault(loadBalancerClass);
  if (fault !== undefined) {
    yield {
      path: ['spec', 'loadBalancerClass'],
      message:
        `loadBalancerClass ${quote(loadBalancerClass)} ${fault}, so the API server refuses the Service; ` +
        'write it as your provider documents it.',
    };
  }
  for (const { port, path } of ports) {
    if (port !== kubeletPort) continue;
    yield {
      path,
      message:
        "Port 10250 is the kubelet's, and the API server refuses to expose it through a load balancer; " +
        'choose another port.',
    };
  }
}
