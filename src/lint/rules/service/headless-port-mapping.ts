import { databaseStatefulSet } from '../../model/example-manifests.js';
import { findNamedPort } from '../../model/serving-ports.js';
import type { ServicePortView, ServiceView } from '../../model/service.js';
import type { LintContext } from '../../context.js';
import type { LintRule } from '../../rule.js';

const service = (port: number): string => `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - name: pg
    port: ${port}
    targetPort: pg
${databaseStatefulSet}`;

export const headlessPortMapping: LintRule = {
  id: 'service/headless-port-mapping',
  severity: 'warning',
  documentation: {
    summary: 'A headless Service with a targetPort other than its port',
    why: `A headless Service has no address and kube-proxy writes no rule for it: its name resolves to the Pods' own
addresses, and clients connect to a Pod directly. Nothing rewrites the port on the way. A client that connects to
\`port\` of the Service's name reaches that port of the Pod, not \`targetPort\`, and is refused if nothing listens
there. Only clients that ask DNS for SRV records learn the number of the targetPort.

A named targetPort is resolved in the selected Pods; the rule is silent where it cannot be. It is an info where an
Ingress or a route of the Gateway API, also one that another kustomization builds, names the Service: their controllers read targetPorts from EndpointSlices. Nothing
is said of a Service without selector: its EndpointSlices are written by hand, and say the port themselves.`,
    remedy: 'Make `port` the number on which the Pods listen.',
    falseAlarm:
      'Where all clients read the port from SRV records or EndpointSlices (gRPC with xDS, Prometheus), which give the targetPort.',
    bad: service(15432),
    good: service(5432),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#headless-services',
      'kube-proxy skips Services with clusterIP None',
    ],
  },
  *check(context) {
    for (const service of context.services) {
      if (!service.isHeadless || service.isExternalName || service.selector === undefined) continue;
      if (context.isRefused(service.object, ['spec', 'clusterIP'])) continue;
      for (const port of service.ports) {
        const numbers = targetNumbers(context, service, port);
        const [target] = numbers;
        if (target === undefined || port.port === undefined || numbers.includes(port.port)) continue;
        const isRouted = context.isRouted(service.namespace, service.name);
        yield {
          object: service.object,
          path: [...port.path, 'targetPort'],
          ...(isRouted ? { severity: 'info' as const } : {}),
          message:
            `Clients of a headless Service${isRouted ? ', other than Ingress controllers and Gateways,' : ''} connect to ` +
            `the Pods themselves, on port ${port.port} and not on targetPort ${target}, because nothing rewrites the ` +
            `port; make port ${target}.`,
        };
      }
    }
  },
};

/** The numbers of a targetPort; empty if it is absent, or a name that the set cannot resolve. */
function targetNumbers(
  context: LintContext,
  { namespace, selector }: ServiceView,
  { targetPort, protocol }: ServicePortView,
): number[] {
  if (typeof targetPort !== 'string') return targetPort === undefined ? [] : [targetPort];
  return context
    .select(namespace, selector ?? new Map())
    .flatMap((workload) => findNamedPort(workload, targetPort, protocol) ?? []);
}
