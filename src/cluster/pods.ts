import { append } from '../diagnostics/extremes.js';
import { canonicalAddress, familyOf, parsePrefix, type Family } from '../net/address.js';
import type { JsonObject, ManifestObject } from '../manifests/types.js';
import { assignAddresses, rangeFrom } from './address-pool.js';
import type { Placement } from './placement.js';
import type { Node } from './types.js';
import { itemsOf, objectOf, textOf } from '../manifests/values.js';
import { firstOrdinal, hasLabelsPerPod, labelsOfPod, readWorkloads, type Workload } from './workload.js';
import { addToGroup } from '../diagnostics/groups.js';

/** A Pod with the data that the EndpointSlice controller uses. */
export interface PlannedPod {
  /** A unique key, from which addresses are derived by hash. */
  readonly key: string;
  /** Its name, if an EndpointSlice shows it; absent: its workload's name determines it. */
  readonly name?: string;
  readonly nodeName: string;
  readonly addresses: Partial<Record<Family, string>>;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** Pods of one workload that no selector can distinguish. */
export interface PodGroup {
  readonly workload: Workload;
  readonly labels: Readonly<Record<string, string>>;
  readonly pods: readonly PlannedPod[];
  /** Whether addresses were filled in; false if they come from the Pods' status. */
  readonly isMadeUp: boolean;
}

/** The most Pods planned for one workload (Kubernetes supports 150,000 in a whole cluster). */
const mostPerWorkload = 10_000;
const mostInAll = 200_000;

/**
 * The Pods of all workloads, with nodes and addresses. The address comes from a Pod's status; for a host-network Pod it
 * is its node's; otherwise it is one of the node's podCIDR, by hash of the Pod's name. Pods that fit on no node, and
 * finished ones, are absent.
 */
export function planPods(
  workloads: readonly Workload[],
  placement: Placement,
  nodes: ReadonlyMap<string, Node>,
  taken: ReadonlySet<string>,
): PodGroup[] {
  let left = mostInAll;
  const groups: PodGroup[] = [];
  for (const workload of workloads) {
    const planned = isRecorded(workload)
      ? recordedPods(workload)
      : planWorkload(workload, placement.nodesOf(workload, Math.min(left, mostPerWorkload)), nodes);
    for (const group of planned) left -= group.pods.length;
    append(groups, planned);
  }
  giveAddresses(
    groups.filter(wantsAddresses).flatMap((group) => group.pods),
    nodes,
    taken,
  );
  return groups;
}

/** The Pods that a cluster already runs, from their status. */
export function recordedGroups(objects: readonly ManifestObject[]): PodGroup[] {
  return readWorkloads(objects).filter(isRecorded).flatMap(recordedPods);
}

/** Whether the object is a Pod that a cluster already runs, so that its status counts. */
function isRecorded({ object }: Workload): boolean {
  const status = objectOf(object.value.status);
  return (
    object.kind === 'Pod' && ['phase', 'podIP', 'podIPs', 'conditions'].some((field) => status[field] !== undefined)
  );
}

/** A Pod with its status (ShouldPodBeInEndpoints and podToEndpoint of k8s.io/endpointslice); none if it is finished. */
function recordedPods(workload: Workload): PodGroup[] {
  const status = objectOf(workload.object.value.status);
  if (['Succeeded', 'Failed'].includes(textOf(status.phase))) return [];
  const texts = [...itemsOf(status.podIPs).map((item) => textOf(item.ip)), textOf(status.podIP)];
  const pod = { ...podOf(workload, textOf(workload.podSpec.nodeName), 0), serving: isReady(status) };
  for (const text of texts) {
    const family = familyOf(text);
    if (family !== undefined) pod.addresses[family] ??= canonicalAddress(text);
  }
  return [{ workload, labels: workload.labels, pods: [pod], isMadeUp: false }];
}

function isReady(status: JsonObject): boolean {
  return itemsOf(status.conditions).some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

function planWorkload(workload: Workload, nodeNames: readonly string[], nodes: ReadonlyMap<string, Node>): PodGroup[] {
  const pods = nodeNames.map((nodeName, index) => ({
    ...podOf(workload, nodeName, index),
    addresses: hostAddresses(workload, nodes.get(nodeName)),
  }));
  if (!hasLabelsPerPod(workload)) return [{ workload, labels: labelsOfPod(workload, 0), pods, isMadeUp: true }];
  const first = firstOrdinal(workload);
  return pods.map((pod, index) => ({
    workload,
    labels: labelsOfPod(workload, first + index),
    pods: [pod],
    isMadeUp: true,
  }));
}

function podOf(workload: Workload, nodeName: string, index: number): PlannedPod {
  const instance = workload.replicas === undefined ? nodeName : `${index}`;
  return {
    key: `${workload.kind} ${workload.namespace}/${workload.name} ${instance}`,
    nodeName,
    addresses: {},
    serving: true,
    terminating: workload.kind === 'Pod' && objectOf(workload.object.value.metadata).deletionTimestamp !== undefined,
  };
}

function hostAddresses(workload: Workload, node: Node | undefined): PlannedPod['addresses'] {
  const addresses: PlannedPod['addresses'] = {};
  if (workload.podSpec.hostNetwork !== true) return addresses;
  for (const text of node?.addresses ?? []) {
    const family = familyOf(text);
    if (family !== undefined) addresses[family] ??= canonicalAddress(text);
  }
  return addresses;
}

/** Host-network Pods on a node without addresses, and Pods of a cluster that have no address yet, get none. */
function wantsAddresses({ workload, isMadeUp }: PodGroup): boolean {
  return isMadeUp && workload.podSpec.hostNetwork !== true;
}

/** The first two addresses of a podCIDR are for the network and the gateway. */
const firstPodOffset = 2;

function giveAddresses(
  pods: readonly PlannedPod[],
  nodes: ReadonlyMap<string, Node>,
  taken: ReadonlySet<string>,
): void {
  for (const [nodeName, podsOfNode] of byNode(pods)) {
    for (const text of nodes.get(nodeName)?.podCIDRs ?? []) {
      const prefix = parsePrefix(text);
      if (prefix === undefined) continue;
      const addresses = assignAddresses(
        podsOfNode.map((pod) => pod.key),
        rangeFrom(prefix, firstPodOffset),
        taken,
      );
      for (const pod of podsOfNode) {
        const address = addresses.get(pod.key);
        if (address !== undefined) pod.addresses[prefix.family] ??= address;
      }
    }
  }
}

function byNode(pods: readonly PlannedPod[]): Map<string, PlannedPod[]> {
  const groups = new Map<string, PlannedPod[]>();
  for (const pod of pods) {
    addToGroup(groups, pod.nodeName, pod);
  }
  return groups;
}
