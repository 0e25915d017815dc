import type { Family } from '../net/address.js';
import { managedByLabel, serviceNameLabel } from './endpoint-slice.js';
import { hash32 } from './hash.js';
import { zoneLabel } from './node.js';
import type { PlannedPod, PodGroup } from './pods.js';
import { isHeadless, type FillableService } from './service.js';
import { portsOnPods } from './target-port.js';
import type { EndpointSlice, Node, SliceEndpoint, SlicePort } from './types.js';
import { selects } from './values.js';
import { textOf } from '../manifests/values.js';
import type { KubernetesVersion } from './version.js';
import type { Workload } from './workload.js';
import { addToGroup } from '../diagnostics/groups.js';

/** `--max-endpoints-per-slice` of kube-controller-manager. */
const mostPerSlice = 100;
/** Limit for all planned slices together: far more than any cluster has, but small enough for memory. */
const mostEndpoints = 1_000_000;

interface Hints {
  readonly byZone: boolean;
  readonly byNode: boolean;
}

/**
 * Plans the slices that the EndpointSlice controller would make (k8s.io/endpointslice), for Services with the same set
 * of Pods.
 */
export class SlicePlanner {
  private readonly groupsByLabel = new Map<string, PodGroup[]>();
  private left = mostEndpoints;

  constructor(
    groups: readonly PodGroup[],
    private readonly nodes: ReadonlyMap<string, Node>,
    private readonly version: KubernetesVersion,
  ) {
    for (const group of groups) {
      for (const key of Object.keys(group.labels))
        this.addTo(labelKey(group.workload.namespace, key, group.labels), group);
    }
  }

  private addTo(key: string, group: PodGroup): void {
    addToGroup(this.groupsByLabel, key, group);
  }

  /** Whether the limit of planned endpoints is reached, so that no Service gets any more. */
  get isExhausted(): boolean {
    return this.left <= 0;
  }

  /** The Pods that the Service's selector matches; none without a selector. */
  groupsOf(service: FillableService): readonly PodGroup[] {
    const { selector, namespace } = service;
    if (selector === undefined || this.isExhausted) return [];
    let fewest: readonly PodGroup[] | undefined;
    for (const key of Object.keys(selector)) {
      const groups = this.groupsByLabel.get(labelKey(namespace, key, selector)) ?? [];
      if (fewest === undefined || groups.length < fewest.length) fewest = groups;
    }
    return fewest?.filter((group) => selects(selector, group.labels)) ?? [];
  }

  /** Slices for each family of the Service, for each set of ports of its Pods, and for each hundred endpoints. */
  slicesOf(service: FillableService, groups: readonly PodGroup[]): EndpointSlice[] {
    const hints = hintsOf(service, this.version);
    const labels = {
      ...service.labels,
      ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
      [serviceNameLabel]: service.name,
      [managedByLabel]: 'endpointslice-controller.k8s.io',
    };
    return [...byPorts(service, groups)].flatMap(([ports, podGroups]) =>
      service.ipFamilies.flatMap((family) => {
        const endpoints = podGroups.flatMap((group) => this.endpointsOf(service, group, family, hints));
        const name = `${service.name}-planned-${family}-${portsHash(ports)}`;
        return inHundreds(endpoints).map((part, index): EndpointSlice => ({
          namespace: service.namespace,
          name: `${name}-${index + 1}`,
          serviceName: service.name,
          labels,
          addressType: family === 'ipv6' ? 'IPv6' : 'IPv4',
          endpoints: part,
          ports,
          object: podGroups[0]?.workload.object,
        }));
      }),
    );
  }

  private endpointsOf(service: FillableService, group: PodGroup, family: Family, hints: Hints): SliceEndpoint[] {
    const target = `${group.workload.kind} ${group.workload.name}`;
    const pods = group.pods.filter((pod) => pod.addresses[family] !== undefined).slice(0, this.left);
    this.left -= pods.length;
    return pods.map((pod) => this.endpointOf(service, pod, pod.addresses[family] ?? '', hints, target));
  }

  private endpointOf(
    service: FillableService,
    pod: PlannedPod,
    address: string,
    hints: Hints,
    target: string,
  ): SliceEndpoint {
    const { serving, terminating, nodeName } = pod;
    const ready = service.publishNotReadyAddresses || (serving && !terminating);
    const endpoint = { addresses: [address], ready, serving, terminating, nodeName, target };
    const zone = this.nodes.get(nodeName)?.labels[zoneLabel] ?? '';
    if (!ready) return endpoint;
    return {
      ...endpoint,
      ...(hints.byZone && zone !== '' ? { zoneHints: [zone] } : {}),
      ...(hints.byNode && nodeName !== '' ? { nodeHints: [nodeName] } : {}),
    };
  }
}

function labelKey(namespace: string, key: string, labels: Readonly<Record<string, string>>): string {
  return `${namespace}\n${key}\n${textOf(labels[key])}`;
}

/**
 * The hints that `spec.trafficDistribution` adds (k8s.io/endpointslice/trafficdist): PreferClose since it is on by
 * default (1.31); its new name PreferSameZone, and PreferSameNode, since 1.34. The older topology annotation with value
 * Auto disables it.
 */
function hintsOf(service: FillableService, version: KubernetesVersion): Hints {
  const annotation =
    service.annotations['service.kubernetes.io/topology-aware-hints'] ??
    service.annotations['service.kubernetes.io/topology-mode'];
  const value = annotation === 'Auto' || annotation === 'auto' ? '' : service.trafficDistribution;
  const byNode = value === 'PreferSameNode' && version.minor >= 34;
  return {
    byNode,
    byZone:
      byNode || (value === 'PreferSameZone' && version.minor >= 34) || (value === 'PreferClose' && version.minor >= 31),
  };
}

/**
 * Groups Pods by their ports for the Service. Pods with none of its ports are not endpoints, except for Services
 * without ports.
 */
function byPorts(service: FillableService, groups: readonly PodGroup[]): Map<readonly SlicePort[], PodGroup[]> {
  const portsByKey = new Map<string, readonly SlicePort[]>();
  const portsByWorkload = new Map<Workload, readonly SlicePort[]>();
  const result = new Map<readonly SlicePort[], PodGroup[]>();
  for (const group of groups) {
    const ports = portsByWorkload.get(group.workload) ?? findPorts(service, group.workload, portsByKey);
    portsByWorkload.set(group.workload, ports);
    if (ports.length === 0 && service.ports.length > 0) continue;
    addToGroup(result, ports, group);
  }
  return result;
}

/** The list already used for the same ports, so that it can serve as a key. */
function findPorts(
  service: FillableService,
  workload: Workload,
  known: Map<string, readonly SlicePort[]>,
): readonly SlicePort[] {
  const found = portsOnPods(service.ports, workload.podSpec);
  const key = portsKey(found);
  const ports = known.get(key) ?? found;
  known.set(key, ports);
  return ports;
}

function portsKey(ports: readonly SlicePort[]): string {
  return ports.map((port) => `${port.name ?? ''}/${port.protocol}/${port.port ?? ''}`).join(',');
}

function portsHash(ports: readonly SlicePort[]): string {
  return hash32(portsKey(ports), 5).toString(16).padStart(8, '0');
}

function inHundreds(endpoints: readonly SliceEndpoint[]): SliceEndpoint[][] {
  return Array.from({ length: Math.ceil(endpoints.length / mostPerSlice) }, (_, index) =>
    endpoints.slice(index * mostPerSlice, (index + 1) * mostPerSlice),
  );
}
