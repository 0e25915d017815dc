/** Pods that EndpointSlices list, for workloads that are given without their Pods. */
import { canonicalAddress, familyOf } from '../net/address.js';
import type { PlannedPod, PodGroup } from './pods.js';
import type { Cluster, EndpointSlice, Service } from './types.js';
import { selects } from './values.js';
import { itemsOf, objectOf, textOf } from '../manifests/values.js';
import { hasLabelsPerPod, labelsOfPod, type Workload } from './workload.js';
import { entryOf, groupBy } from '../diagnostics/groups.js';

/** An endpoint of a Service, and the Pod it is, if the slice says so. */
interface Listed {
  readonly podName: string;
  readonly address: string;
  readonly nodeName: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

/**
 * Replaces the planned Pods of a workload by those that the EndpointSlices of its Services list: with their names, nodes
 * and addresses. A listed Pod belongs to the workload by its name, or, if the slice does not name it, because the
 * Service selects no other workload. Only slices of the inputs count. Linear in endpoints.
 */
export function withListedPods(groups: readonly PodGroup[], cluster: Cluster): readonly PodGroup[] {
  const planned = groups.filter(({ isMadeUp }) => isMadeUp);
  if (planned.length === 0) return groups;
  const byNamespace = groupBy(planned, ({ workload }) => workload.namespace);
  const slices = groupBy(cluster.endpointSlices.filter(isGiven), keyOf);
  const pods = new Map<Workload, Map<string, PlannedPod>>();
  for (const service of cluster.services) {
    const own = slices.get(`${service.namespace}/${service.name}`);
    if (own === undefined || service.selector === undefined) continue;
    const candidates = selectedBy(service, byNamespace.get(service.namespace) ?? []);
    for (const listed of own.flatMap(endpointsOf)) {
      const workload = workloadOf(listed, candidates);
      if (workload === undefined) continue;
      const known = entryOf(pods, workload, () => new Map<string, PlannedPod>());
      addTo(known, listed, workload);
    }
  }
  if (pods.size === 0) return groups;
  return [
    ...groups.filter(({ workload }) => !pods.has(workload)),
    ...[...pods].flatMap(([workload, known]) => groupsOf(workload, [...known.values()])),
  ];
}

/** Whether a slice was read from a cluster: addresses of planned Pods are filled in and must not be compared. */
export function isGiven({ object }: EndpointSlice): boolean {
  return object?.kind === 'EndpointSlice' || object?.kind === 'Endpoints';
}

function keyOf({ namespace, serviceName }: EndpointSlice): string {
  return `${namespace}/${serviceName}`;
}

function selectedBy({ selector = {} }: Service, groups: readonly PodGroup[]): readonly Workload[] {
  const selected = groups.filter(({ labels }) => selects(selector, labels));
  return [...new Set(selected.map(({ workload }) => workload))];
}

function endpointsOf(slice: EndpointSlice): Listed[] {
  const written = slice.object?.kind === 'EndpointSlice' ? itemsOf(slice.object.value.endpoints) : [];
  return slice.endpoints.flatMap(({ addresses: [address = ''], ready, serving, terminating, nodeName }, index) => {
    const reference = objectOf(written[index]?.targetRef);
    const podName = textOf(reference.kind) === 'Pod' ? textOf(reference.name) : '';
    return familyOf(address) === undefined
      ? []
      : [{ podName, address, nodeName, ready: ready && serving, terminating }];
  });
}

function workloadOf({ podName }: Listed, candidates: readonly Workload[]): Workload | undefined {
  if (podName === '') return candidates.length === 1 ? candidates[0] : undefined;
  return candidates
    .filter((one) => isPodOf(one, podName))
    .reduce<Workload | undefined>((best, one) => (one.name.length > (best?.name.length ?? 0) ? one : best), undefined);
}

/** Whether a controller may have given its Pod this name: its own with what it appends. */
function isPodOf({ kind, name }: Workload, podName: string): boolean {
  if (kind === 'Pod') return podName === name;
  if (!podName.startsWith(`${name}-`)) return false;
  const rest = podName.slice(name.length + 1);
  if (kind === 'StatefulSet') return /^\d+$/.test(rest);
  return kind === 'Deployment' ? /^[a-z0-9]{1,10}-[a-z0-9]{5}$/.test(rest) : /^[a-z0-9]{5}$/.test(rest);
}

/** Addresses of both families belong to one Pod if the slices name it. */
function addTo(pods: Map<string, PlannedPod>, listed: Listed, { kind, namespace, name }: Workload): void {
  const { podName, address, nodeName, ready, terminating } = listed;
  const key = podName === '' ? address : podName;
  const pod = pods.get(key) ?? {
    key: `${kind} ${namespace}/${name} ${key}`,
    ...(podName === '' ? {} : { name: podName }),
    nodeName,
    addresses: {},
    serving: ready,
    terminating,
  };
  pods.set(key, pod);
  const family = familyOf(address);
  if (family !== undefined) pod.addresses[family] ??= canonicalAddress(address);
}

function groupsOf(workload: Workload, pods: readonly PlannedPod[]): PodGroup[] {
  if (!hasLabelsPerPod(workload)) return [{ workload, labels: labelsOfPod(workload, 0), pods, isMadeUp: false }];
  return pods.map((pod) => {
    const ordinal = Number(/-(\d+)$/.exec(pod.name ?? '')?.[1] ?? NaN);
    const labels = Number.isNaN(ordinal) ? workload.labels : labelsOfPod(workload, ordinal);
    return { workload, labels, pods: [pod], isMadeUp: false };
  });
}
