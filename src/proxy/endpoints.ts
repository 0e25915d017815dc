import { canonicalAddress, familyOf, type Family } from '../net/address.js';
import type { Cluster, EndpointSlice, ServiceProtocol, SliceEndpoint } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { NamespacedMap } from '../manifests/namespaced-map.js';
import type { UnreadSlice } from '../manifests/types.js';
import { has } from './changes.js';
import { isSliceForKubeProxy, protocolNames, type ServicePort } from './service-port.js';
import { joinHostPort } from '../net/host-port.js';

/** One destination of traffic to a service port, with kube-proxy's data about it (pkg/proxy/endpoint.go). */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `address:port`, IPv6 in brackets: the destination of DNAT and part of the input of chain hashes. */
  readonly hostPort: string;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  readonly zoneHints: readonly string[] | undefined;
  readonly nodeHints: readonly string[] | undefined;
}

/** Endpoints by service port. */
interface EndpointIndex {
  /**
   * In bytewise order of `address:port`. Computed on each call: keeping all endpoints of a large cluster takes too much
   * memory.
   */
  of(servicePort: ServicePort): readonly Endpoint[];
  /**
   * Whether the total number of endpoints exceeds `count`. Includes unready ones, because large-cluster mode counts
   * them.
   */
  areMoreThan(count: number): boolean;
}

const none: readonly Endpoint[] = [];

/** Finds the slices of one family by their Service. */
export function indexEndpoints(
  cluster: Cluster,
  family: Family,
  nodeName: string,
  version: KubernetesVersion,
): EndpointIndex {
  const index = new SlicesByService(family, nodeName, version);
  for (const slice of cluster.endpointSlices) {
    if (isSliceForKubeProxy(slice.labels, version) && slice.serviceName !== '') index.add(slice);
  }
  return index;
}

/** A port of a slice, for the Service's port with the same name and protocol. */
interface SlicePortPlace {
  readonly slice: EndpointSlice;
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
}

class SlicesByService implements EndpointIndex {
  private readonly places = new NamespacedMap<SlicePortPlace[]>();

  constructor(
    private readonly family: Family,
    private readonly nodeName: string,
    private readonly version: KubernetesVersion,
  ) {}

  add(slice: EndpointSlice): void {
    if (slice.addressType !== (this.family === 'ipv4' ? 'IPv4' : 'IPv6')) return;
    const known = this.places.get(slice.namespace, slice.serviceName) ?? [];
    for (const { name, port, protocol } of slice.ports) {
      if (name !== undefined && port !== undefined && port !== 0) known.push({ slice, name, protocol, port });
    }
    this.places.set(slice.namespace, slice.serviceName, known);
  }

  of({ namespace, serviceName, portName, protocol }: ServicePort): readonly Endpoint[] {
    const places = this.places.get(namespace, serviceName);
    return places === undefined
      ? none
      : this.endpointsOf(
          places.filter((place) => place.name === portName && protocolNames[place.protocol] === protocol),
        );
  }

  areMoreThan(count: number): boolean {
    let found = 0;
    for (const places of this.places.values()) {
      for (const sharing of new Set(places.map(({ name, protocol }) => `${protocol} ${name}`))) {
        found += this.endpointsOf(places.filter(({ name, protocol }) => `${protocol} ${name}` === sharing)).length;
      }
      if (found > count) return true;
    }
    return false;
  }

  private endpointsOf(places: readonly SlicePortPlace[]): readonly Endpoint[] {
    const endpoints: Endpoint[] = [];
    for (const { slice, port } of inNameOrder(places)) {
      if (slice.unread === undefined)
        for (const endpoint of slice.endpoints) this.addEndpoint(endpoints, endpoint, port);
      else if (slice.unread.family === this.family) this.addUnread(endpoints, slice.unread, port);
    }
    return withoutRepeated(sortByHostPort(endpoints), this.version);
  }

  private addEndpoint(
    endpoints: Endpoint[],
    { addresses, ready, serving, terminating, nodeName, zoneHints, nodeHints }: SliceEndpoint,
    port: number,
  ): void {
    const written = addresses[0];
    if (written === undefined || !this.isTaken(written)) return;
    endpoints.push(
      this.endpoint(this.addressText(written), port, ready, serving, terminating, nodeName, zoneHints, nodeHints),
    );
  }

  /** An IPv4 address in IPv6 notation counts as IPv4. */
  private isTaken(written: string): boolean {
    return has(this.version, 'takesAnyEndpointFamily') || familyOf(written) === this.family;
  }

  /** A fast path for slices with only canonical IPv4 addresses. */
  private addUnread(endpoints: Endpoint[], unread: UnreadSlice, port: number): void {
    unread.visit((written, ready, serving, terminating, nodeName, zone) => {
      const address = this.family === 'ipv6' ? this.addressText(written) : written;
      endpoints.push(
        this.endpoint(
          address,
          port,
          ready,
          serving,
          terminating,
          nodeName,
          zone === undefined ? undefined : [zone],
          undefined,
        ),
      );
    });
  }

  private endpoint(
    address: string,
    port: number,
    ready: boolean,
    serving: boolean,
    terminating: boolean,
    nodeName: string,
    zoneHints: readonly string[] | undefined,
    nodeHints: readonly string[] | undefined,
  ): Endpoint {
    const isLocal = nodeName !== '' && nodeName === this.nodeName;
    const hostPort = joinHostPort(address, port);
    return { address, port, hostPort, isLocal, ready, serving, terminating, nodeName, zoneHints, nodeHints };
  }

  private addressText(written: string): string {
    return has(this.version, 'normalisesEndpointAddresses') ? canonicalAddress(written) : written;
  }
}

/** kube-proxy visits slices in random order. Sorting by name is one possible order, and deterministic. */
function inNameOrder(places: readonly SlicePortPlace[]): readonly SlicePortPlace[] {
  if (places.length < 2) return places;
  return [...places].sort(({ slice: a }, { slice: b }) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

/** Keeps one of the endpoints with the same address:port (pkg/proxy/endpointslicecache.go). */
function withoutRepeated(sorted: readonly Endpoint[], version: KubernetesVersion): readonly Endpoint[] {
  if (!sorted.some(({ hostPort }, index) => sorted[index + 1]?.hostPort === hostPort)) return sorted;
  const replaces = (later: Endpoint): boolean =>
    has(version, 'keepsLaterDuplicate') ? !later.terminating : later.isLocal;
  const byHostPort = new Map<string, Endpoint>();
  for (const endpoint of sorted)
    if (!byHostPort.has(endpoint.hostPort) || replaces(endpoint)) byHostPort.set(endpoint.hostPort, endpoint);
  return [...byHostPort.values()];
}

/** Bytewise order of `address:port`, the order of the endpoints' chains. */
export function sortByHostPort(endpoints: Endpoint[]): Endpoint[] {
  return endpoints.sort((a, b) => (a.hostPort === b.hostPort ? 0 : a.hostPort < b.hostPort ? -1 : 1));
}
