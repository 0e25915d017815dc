import { normaliseAddress, type Family } from '../net/address.js';
import type { Cluster, EndpointSlice, SliceEndpoint, SlicePort } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { isForKubeProxy, type ServicePort } from './service-port.js';

/** One place that traffic to a service port may end, as kube-proxy sees it (pkg/proxy/endpoint.go). */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `address:port`, IPv6 in brackets: what DNAT is given and what chains are hashed from. */
  readonly hostPort: string;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  readonly zoneHints: readonly string[] | undefined;
  readonly nodeHints: readonly string[] | undefined;
}

/** Endpoints by service port, and how many there are in all (unready ones count: large mode goes by that). */
export interface EndpointIndex {
  of(servicePort: ServicePort): readonly Endpoint[];
  readonly count: number;
}

const none: readonly Endpoint[] = [];

/** Collects the endpoints of one family from the slices, per service port, in bytewise order of `address:port`. */
export function indexEndpoints(cluster: Cluster, family: Family, nodeName: string, version: KubernetesVersion): EndpointIndex {
  const collector = new EndpointCollector(family, nodeName, version);
  for (const slice of inNameOrder(cluster.endpointSlices)) {
    if (isForKubeProxy(slice.labels) && slice.serviceName !== '') collector.addSlice(slice);
  }
  return collector.finish();
}

/** kube-proxy visits slices in random order; by name is one such order, and always the same. */
function inNameOrder(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return [...slices].sort((a, b) => a.name === b.name ? 0 : a.name < b.name ? -1 : 1);
}

class EndpointCollector {
  private readonly byServicePort = new Map<string, Endpoint[]>();

  constructor(private readonly family: Family, private readonly nodeName: string, private readonly version: KubernetesVersion) {}

  addSlice(slice: EndpointSlice): void {
    if (slice.addressType !== (this.family === 'ipv4' ? 'IPv4' : 'IPv6')) return;
    for (const port of slice.ports) this.addPort(slice, port);
  }

  private addPort(slice: EndpointSlice, port: SlicePort): void {
    if (port.name === undefined || port.port === undefined || port.port === 0) return;
    const key = endpointKey(slice.namespace, slice.serviceName, port.name, port.protocol.toLowerCase());
    const known = this.byServicePort.get(key) ?? [];
    this.byServicePort.set(key, known);
    for (const endpoint of slice.endpoints) this.addEndpoint(known, endpoint, port.port);
  }

  private addEndpoint(known: Endpoint[], endpoint: SliceEndpoint, port: number): void {
    const written = endpoint.addresses[0];
    if (written?.includes(':') !== (this.family === 'ipv6')) return;
    const address = this.addressText(written);
    const hostPort = this.family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
    const isLocal = endpoint.nodeName !== '' && endpoint.nodeName === this.nodeName;
    known.push({
      address, port, hostPort, isLocal,
      ready: endpoint.ready, serving: endpoint.serving, terminating: endpoint.terminating,
      nodeName: endpoint.nodeName, zoneHints: endpoint.zoneHints, nodeHints: endpoint.nodeHints,
    });
  }

  /** Verbatim up to 1.31, in canonical form from 1.32 on. */
  private addressText(written: string): string {
    return this.version.minor < 32 ? written : normaliseAddress(written) ?? written;
  }

  finish(): EndpointIndex {
    let count = 0;
    const sorted = new Map<string, readonly Endpoint[]>();
    for (const [key, endpoints] of this.byServicePort) {
      const distinct = withoutRepeated(sortByHostPort(endpoints));
      sorted.set(key, distinct);
      count += distinct.length;
    }
    return {
      count,
      of: (servicePort) => sorted.get(
        endpointKey(servicePort.namespace, servicePort.serviceName, servicePort.portName, servicePort.protocol)) ?? none,
    };
  }
}

function endpointKey(namespace: string, service: string, portName: string, protocol: string): string {
  return `${namespace}/${service}:${portName}/${protocol}`;
}

/** One address:port seen twice: the first stays, unless a later one is local (pkg/proxy/endpointslicecache.go). */
function withoutRepeated(sorted: readonly Endpoint[]): readonly Endpoint[] {
  if (!sorted.some(({ hostPort }, index) => sorted[index + 1]?.hostPort === hostPort)) return sorted;
  const byHostPort = new Map<string, Endpoint>();
  for (const endpoint of sorted) if (endpoint.isLocal || !byHostPort.has(endpoint.hostPort)) byHostPort.set(endpoint.hostPort, endpoint);
  return [...byHostPort.values()];
}

/** Bytewise order of `address:port`: the order in which chains of endpoints stand. */
export function sortByHostPort(endpoints: Endpoint[]): Endpoint[] {
  return endpoints.sort((a, b) => a.hostPort === b.hostPort ? 0 : a.hostPort < b.hostPort ? -1 : 1);
}
