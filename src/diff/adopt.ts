import { ownerOf } from '../proxy/service-port.js';
import type { Cluster, EndpointSlice, LoadBalancerIngress, MadeUp, Service, SliceEndpoint } from '../cluster/types.js';
import { jumpsTo } from '../explain/rules/rule-index.js';
import { familyOf } from '../net/address.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { NodeModel } from '../node/types.js';
import { viewSide, type PortView, type SideView } from './view.js';
import { addToGroup } from '../diagnostics/groups.js';
import { joinWords, someOf } from '../diagnostics/words.js';

/** What was taken from a node, and notes about it. */
interface Adopted {
  readonly cluster: Cluster;
  readonly hints: readonly string[];
}

/**
 * Manifests as compared with a node. Values that they leave to the cluster (cluster IPs, node ports, a load balancer's
 * address, the Pods of workloads) are taken from the node if its rules contain them, because filled-in values say
 * nothing about differences. If the node has no endpoint, or endpoints on other ports, the planned ones are kept, so
 * that the difference shows.
 */
export function adoptFromNode(cluster: Cluster, dump: NodeModel, nodeName: string): Adopted {
  const made = new Map<string, MadeUp[]>();
  for (const one of cluster.madeUp) addToGroup(made, one.object, one);
  if (![...made.keys()].some((object) => object.startsWith('Service '))) return { cluster, hints: [] };
  return new Adoption(
    cluster,
    made,
    dump.families.map((rules) => viewSide(rules, undefined, '')),
    nodeName,
  ).run();
}

class Adoption {
  private readonly taken = new Map<string, Set<string>>();
  private readonly counts: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly made: ReadonlyMap<string, readonly MadeUp[]>,
    private readonly views: readonly SideView[],
    private readonly nodeName: string,
  ) {}

  run(): Adopted {
    const services = this.cluster.services.map((service) => this.service(service));
    const bySlices = new Map<string, EndpointSlice[]>();
    for (const service of services) {
      const slices = this.has(service, 'endpoints') ? this.endpoints(service) : undefined;
      if (slices !== undefined) bySlices.set(keyOf(service), slices);
    }
    const kept = this.cluster.endpointSlices.filter((slice) => !bySlices.has(ownerOf(slice)) || !isPlanned(slice));
    return {
      cluster: { ...this.cluster, services, endpointSlices: [...kept, ...[...bySlices.values()].flat()] },
      hints: this.hints(),
    };
  }

  private hints(): string[] {
    const parts = [...this.taken].map(([what, names]) => `${what} of ${someOf([...names], 4)}`);
    return [
      ...(parts.length === 0
        ? []
        : [`The manifests do not give these, so they were taken from the node: ${joinWords(parts)}`]),
      ...this.counts,
    ];
  }

  private has(service: Service, kind: MadeUp['kind']): boolean {
    return this.made.get(`Service ${keyOf(service)}`)?.some((one) => one.kind === kind) === true;
  }

  private take(service: Service, what: string): void {
    this.taken.set(what, (this.taken.get(what) ?? new Set()).add(keyOf(service)));
  }

  private service(service: Service): Service {
    const ports = this.views.flatMap((view) =>
      service.ports.flatMap((port) => portOf(view, service, port.name, port.protocol) ?? []),
    );
    if (ports.length === 0) return service;
    return {
      ...service,
      ...(this.has(service, 'clusterIP') ? { clusterIPs: this.clusterIPs(service, ports) } : {}),
      ...(this.has(service, 'nodePort') ? { ports: this.nodePorts(service) } : {}),
      ...(this.has(service, 'healthCheckNodePort')
        ? {
            healthCheckNodePort:
              ports.find(({ found }) => found.healthCheckNodePort !== 0)?.found.healthCheckNodePort ??
              service.healthCheckNodePort,
          }
        : {}),
      ...(this.has(service, 'loadBalancerIP') && service.loadBalancerIngress.length === 0
        ? { loadBalancerIngress: this.ingress(service, ports) }
        : {}),
    };
  }

  private clusterIPs(service: Service, ports: readonly PortView[]): string[] {
    const found = ports.flatMap(({ routes }) =>
      routes.filter(({ kind }) => kind === 'clusterIP').map(({ address }) => address),
    );
    return service.clusterIPs.map((address) => {
      const own = found.find((other) => familyOf(other) === familyOf(address));
      if (own !== undefined) this.take(service, 'cluster IPs');
      return own ?? address;
    });
  }

  private nodePorts(service: Service): Service['ports'] {
    return service.ports.map((port) => {
      const found = this.views
        .flatMap((view) => portOf(view, service, port.name, port.protocol)?.routes ?? [])
        .find(({ kind }) => kind === 'nodePort');
      if (found === undefined || port.nodePort === 0) return port;
      this.take(service, 'node ports');
      return { ...port, nodePort: found.port };
    });
  }

  private ingress(service: Service, ports: readonly PortView[]): LoadBalancerIngress[] {
    const addresses = new Set(
      ports.flatMap(({ routes }) =>
        routes.filter(({ kind }) => kind === 'loadBalancerIP').map(({ address }) => address),
      ),
    );
    if (addresses.size > 0) this.take(service, 'load-balancer addresses');
    return [...addresses].map((ip) => ({ ip, ipMode: 'VIP' }));
  }

  /** Slices with the node's endpoints; undefined if it has none, or only on ports that the manifests do not request. */
  private endpoints(service: Service): EndpointSlice[] | undefined {
    const planned = this.cluster.endpointSlices.filter(
      (slice) => slice.namespace === service.namespace && slice.serviceName === service.name,
    );
    const slices: EndpointSlice[] = [];
    for (const view of this.views) {
      const addressType = view.rules.ruleSet.family === 'ipv4' ? 'IPv4' : 'IPv6';
      for (const port of service.ports) {
        const own = portOf(view, service, port.name, port.protocol);
        const sent = own === undefined ? new Map<string, boolean>() : endpointsOf(view, own);
        const wanted = planned
          .filter((slice) => slice.addressType === addressType)
          .flatMap((slice) =>
            slice.ports
              .filter(({ name, protocol }) => name === port.name && protocol === port.protocol)
              .map(({ port: number }) => ({ number, count: slice.endpoints.length })),
          );
        if (wanted.length === 0) continue;
        const numbers = new Set(wanted.map(({ number }) => number));
        const byPort = groupByPort(sent, this.nodeName);
        if (sent.size === 0 || [...byPort.keys()].some((number) => !numbers.has(number))) return undefined;
        for (const [number, endpoints] of byPort) {
          slices.push({
            namespace: service.namespace,
            name: `${service.name}-${port.name}-${addressType}-${number}`,
            serviceName: service.name,
            labels: {},
            addressType,
            endpoints,
            ports: [{ name: port.name, protocol: port.protocol, port: number }],
            object: undefined,
          });
        }
        this.compareCount(
          service,
          port.name,
          wanted.reduce((sum, { count }) => sum + count, 0),
          sent.size,
        );
      }
    }
    this.take(service, 'endpoints');
    return slices;
  }

  private compareCount(service: Service, port: string, planned: number, sent: number): void {
    const isLocalOnly =
      service.internalTrafficPolicy === 'Local' && service.type === 'ClusterIP' && service.externalIPs.length === 0;
    if (planned === sent || isLocalOnly || this.counts.length >= 20) return;
    const name = port === '' ? keyOf(service) : `${keyOf(service)}:${port}`;
    this.counts.push(
      `The manifests give ${planned} Pods for ${name}, the node sends to ${sent}: some may not be ready, ` +
        'or the node has not synced them yet',
    );
  }
}

function keyOf({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

function isPlanned(slice: EndpointSlice): boolean {
  return slice.endpoints.some(({ target }) => target !== undefined);
}

function portOf(view: SideView, service: Service, portName: string, protocol: string): PortView | undefined {
  return view.ports.get(`${keyOf(service)}${portName === '' ? '' : `:${portName}`} ${protocol.toLowerCase()}`);
}

/**
 * The destinations of a service port's chains, and whether each is on this node, if a chain for local endpoints shows
 * it.
 */
function endpointsOf(view: SideView, { found }: PortView): Map<string, boolean> {
  const sent = new Map<string, boolean>();
  for (const kind of ['cluster', 'local'] as const) {
    for (const rule of view.index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      for (const { target } of view.index.chain('nat', jumpsTo(rule) ?? '')?.rules ?? [])
        if (target?.kind === 'destinationNat') sent.set(target.to, kind === 'local');
    }
  }
  return sent;
}

function groupByPort(sent: ReadonlyMap<string, boolean>, nodeName: string): Map<number, SliceEndpoint[]> {
  const byPort = new Map<number, SliceEndpoint[]>();
  for (const [hostPort, isLocal] of sent) {
    const [, bracketed, bare, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(hostPort) ?? [];
    const endpoint: SliceEndpoint = {
      addresses: [bracketed ?? bare ?? ''],
      ready: true,
      serving: true,
      terminating: false,
      nodeName: isLocal ? nodeName : '',
    };
    addToGroup(byPort, Number(port), endpoint);
  }
  return byPort;
}

/**
 * The namespaces in the manifests; the node's Services in other namespaces are ignored. Empty if there is no Service:
 * then all count.
 */
export function namespacesOf(servicePorts: readonly ServicePort[]): ReadonlySet<string> {
  return new Set(servicePorts.map(({ namespace }) => namespace));
}
