import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { addressKey } from '../../model/addresses.js';
import { isControllerMade, serviceNameLabel } from '../../model/endpoint-objects.js';
import { describeObject } from '../../model/names.js';
import { takesNodePorts } from '../../model/node-ports.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { integerAt, labelsAt, listAt, placedTextsAt, stringAt, textAt } from '../../values.js';

const manifests = (address: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.50
  selector:
    app: web
  ports:
  - name: http
    port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: partner
spec:
  ports:
  - name: http
    port: 80
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: partner-1
  labels:
    ${serviceNameLabel}: partner
addressType: IPv4
ports:
- name: http
  port: 80
  protocol: TCP
endpoints:
- addresses:
  - ${address}
`;

export const virtualAddress: LintRule = {
  id: 'endpoints/virtual-address',
  severity: 'warning',
  documentation: {
    summary: 'An endpoint is the cluster IP of a Service, or a node port of a node',
    why: `kube-proxy rewrites a packet's destination once, to an endpoint. If that is a cluster IP, nothing rewrites it again:
no host has the address, and the packet is lost. If it is a node's address with a node port, the packet gets through
where it has to travel to that node, and is refused on that node itself, where it arrives rewritten: what works
depends on the node that the client's Pod is on.

Endpoints that the cluster's controllers wrote are not looked at.`,
    remedy:
      "Give the Service the other one's selector, or an ExternalName with the other Service's DNS name; for addresses outside of the cluster write those.",
    falseAlarm: 'Where the cluster IP of the other Service is not the one that its manifest says any more.',
    bad: manifests('10.96.0.50'),
    good: manifests('192.0.2.15'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors: endpoint addresses cannot be cluster IPs of other Services, because kube-proxy does not support virtual IPs as a destination',
    ],
  },
  *check(context) {
    const written = [...context.ofKind('Endpoints'), ...context.ofKind('EndpointSlice')].filter(isByHand);
    if (written.length === 0) return;
    const known = new VirtualAddresses(context);
    for (const object of written) {
      for (const { text, path, ports } of endpointsOf(object)) {
        const what = known.describe(object, text, ports);
        if (what !== undefined) yield { object, path, message: `${quote(text)} is ${what}.` };
      }
    }
  },
};

const managedBy = 'endpointslice.kubernetes.io/managed-by';

function isByHand(object: ManifestObject): boolean {
  if (object.kind === 'Endpoints') return !isControllerMade(object);
  return (
    object.unread === undefined && !(labelsAt(object, ['metadata', 'labels']).get(managedBy) ?? '').endsWith('.k8s.io')
  );
}

interface WrittenEndpoint {
  readonly text: string;
  readonly path: Path;
  readonly ports: readonly number[];
}

function endpointsOf(object: ManifestObject): WrittenEndpoint[] {
  const { value, kind } = object;
  const numbers = (holder: typeof value): number[] =>
    listAt(holder, 'ports').flatMap((port) => integerAt(port, 'port') ?? []);
  if (kind === 'EndpointSlice') {
    const ports = numbers(value);
    return listAt(value, 'endpoints').flatMap((_, index) =>
      placedTextsAt(value, 'endpoints', index, 'addresses').map((placed) => ({ ...placed, ports })),
    );
  }
  return listAt(value, 'subsets').flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((field) =>
      listAt(subset, field).flatMap((address, position) => {
        const text = textAt(address, 'ip');
        const path = ['subsets', index, field, position, 'ip'];
        return text === '' ? [] : [{ text, path, ports: numbers(subset as typeof value) }];
      }),
    ),
  );
}

class VirtualAddresses {
  readonly #clusterIPs = new Map<string, ServiceView>();
  readonly #nodes = new Map<string, string>();
  readonly #nodePorts = new Map<number, ServiceView>();

  constructor(private readonly context: LintContext) {
    for (const service of context.services) {
      for (const { text } of service.clusterIPs) this.#clusterIPs.set(addressKey(text) ?? text, service);
      if (takesNodePorts(service))
        for (const { nodePort } of service.ports) if (nodePort !== 0) this.#nodePorts.set(nodePort, service);
    }
    for (const node of context.ofKind('Node')) {
      for (const address of listAt(node.value, 'status', 'addresses')) {
        const key = addressKey(stringAt(address, 'address') ?? '');
        if (key !== undefined) this.#nodes.set(key, node.name);
      }
    }
  }

  describe(object: ManifestObject, text: string, ports: readonly number[]): string | undefined {
    const key = addressKey(text) ?? text;
    const service = this.#clusterIPs.get(key);
    if (service !== undefined && this.context.surroundings.areTogether(object, service.object))
      return `the cluster IP of ${describeObject(service.object)}, which nothing rewrites a second time, so packets sent there are lost; use that Service's selector, or an ExternalName`;
    const node = this.#nodes.get(key);
    const port = node === undefined ? undefined : ports.find((number) => this.#nodePorts.has(number));
    const owner = port === undefined ? undefined : this.#nodePorts.get(port);
    return owner === undefined || node === undefined
      ? undefined
      : `an address of Node ${quote(node)}, and ${String(port)} a node port of ${describeObject(owner.object)}, so connections from that node itself are refused; use that Service's selector`;
  }
}
