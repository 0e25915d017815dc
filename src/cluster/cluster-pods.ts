/** The single Pods of a cluster: those in manifests, and those of its workloads. */
import { withListedPods } from './listed-pods.js';
import type { PodGroup } from './pods.js';
import type { ManifestObject } from '../manifests/types.js';
import type { Cluster, ClusterPod } from './types.js';
import { firstOrdinal, ownersOf, type Workload } from './workload.js';

/** Stored beside the clusters, which are plain values. Pods are planned only when needed. */
const groupsOf = new WeakMap<Cluster, () => readonly PodGroup[]>();
const known = new WeakMap<Cluster, readonly ClusterPod[]>();
const workloadsOf = new WeakMap<Cluster, readonly ManifestObject[]>();

/** Registers how to find the Pods of a cluster. */
export function rememberPods(
  cluster: Cluster,
  groups: () => readonly PodGroup[],
  workloads: readonly ManifestObject[],
): void {
  groupsOf.set(cluster, groups);
  workloadsOf.set(cluster, workloads);
}

/** Pods and objects with a Pod template, as read; none for a cluster that `buildCluster` did not make. */
export function workloadsOfCluster(cluster: Cluster): readonly ManifestObject[] {
  return workloadsOf.get(cluster) ?? [];
}

/** All Pods of a cluster that `buildCluster` made; none for any other. Planned on first use. */
export function podsOfCluster(cluster: Cluster): readonly ClusterPod[] {
  let pods = known.get(cluster);
  if (pods === undefined)
    known.set(cluster, (pods = podsOfGroups(withListedPods(groupsOf.get(cluster)?.() ?? [], cluster))));
  return pods;
}

/** Each Pod of the groups, in their order; linear in them. */
function podsOfGroups(groups: readonly PodGroup[]): ClusterPod[] {
  const ordinals = new Map<Workload, number>();
  return groups.flatMap(({ workload, labels, pods, isMadeUp }) =>
    pods.map(({ name, nodeName, addresses, serving, terminating }): ClusterPod => {
      const ordinal = ordinals.get(workload) ?? firstOrdinal(workload);
      ordinals.set(workload, ordinal + 1);
      return {
        namespace: workload.namespace,
        name: name ?? nameOf(workload, ordinal),
        owners: workload.kind === 'Pod' ? ownersOf(workload.object) : [`${workload.kind} ${workload.name}`],
        labels,
        nodeName,
        addresses,
        hostNetwork: workload.podSpec.hostNetwork === true,
        ready: serving && !terminating,
        isPlanned: isMadeUp,
        podSpec: workload.podSpec,
        object: workload.object,
      };
    }),
  );
}

/** Controllers other than StatefulSet append a random part to their own name. */
function nameOf({ kind, name }: Workload, ordinal: number): string | undefined {
  if (kind === 'Pod') return name === '' ? undefined : name;
  return kind === 'StatefulSet' ? `${name}-${ordinal}` : undefined;
}
