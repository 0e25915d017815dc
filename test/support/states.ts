import type { Cluster, EndpointSlice, Node, Service, SliceEndpoint } from '../../src/cluster/types.js';
import { readConfiguration } from '../../src/proxy/configuration.js';
import { defaultHostFacts, type HostFacts } from '../../src/proxy/host.js';
import { proxyState, type ProxyState } from '../../src/proxy/state.js';
import type { JsonObject } from '../../src/manifests/types.js';

/** A ClusterIP Service `shop/web` with one TCP port, with the given changes. */
export function service(changes: Partial<Service> = {}): Service {
  return {
    namespace: 'shop',
    name: 'web',
    labels: {},
    annotations: {},
    type: 'ClusterIP',
    clusterIPs: ['10.96.0.50'],
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 0 }],
    selector: { app: 'web' },
    externalIPs: [],
    externalName: '',
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    healthCheckNodePort: 0,
    loadBalancerIngress: [],
    loadBalancerSourceRanges: [],
    sessionAffinity: 'None',
    sessionAffinityTimeout: 10800,
    publishNotReadyAddresses: false,
    object: undefined as never,
    ...changes,
  };
}

/** A ready endpoint on node-2. */
export function endpoint(address: string, changes: Partial<SliceEndpoint> = {}): SliceEndpoint {
  return { addresses: [address], ready: true, serving: true, terminating: false, nodeName: 'node-2', ...changes };
}

/** A slice of `shop/web` with its one port. */
export function slice(endpoints: readonly SliceEndpoint[], changes: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    namespace: 'shop',
    name: 'web-1',
    serviceName: 'web',
    labels: {},
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    object: undefined,
    ...changes,
  };
}

export interface StateOptions {
  readonly services?: readonly Service[];
  readonly slices?: readonly EndpointSlice[];
  readonly nodes?: readonly Node[];
  readonly configuration?: JsonObject;
  readonly host?: Partial<HostFacts>;
  readonly minor?: number;
  readonly family?: 'ipv4' | 'ipv6';
}

/** The state of kube-proxy on node-1 (zone a). */
export function stateOf(options: StateOptions): ProxyState {
  const node: Node = {
    name: 'node-1',
    labels: { 'topology.kubernetes.io/zone': 'a' },
    podCIDRs: ['10.244.1.0/24'],
    addresses: ['192.168.0.2'],
  };
  const cluster: Cluster = {
    services: options.services ?? [service()],
    endpointSlices: options.slices ?? [],
    nodes: options.nodes ?? [node],
    serviceCIDRs: [],
    madeUp: [],
  };
  return proxyState(
    cluster,
    {
      configuration: readConfiguration(options.configuration ?? {}),
      host: { ...defaultHostFacts(node), ...options.host },
      nodeName: 'node-1',
      version: { minor: options.minor ?? 36 },
    },
    options.family ?? 'ipv4',
  );
}
