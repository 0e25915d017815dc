import { listAt, stringAt } from '../values.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { WorkloadView } from './workload.js';
import { valueAt } from '../../manifests/values.js';

/**
 * The workloads without owned ones: an object with its controller in the set (a ReplicaSet or Pod in a dump) is part of
 * that controller. Pods with a common controller outside the set are one workload, with as many replicas as there are
 * Pods; Pods of a DaemonSet count as one, because every node has its own.
 */
export function withoutOwned(workloads: readonly WorkloadView[]): WorkloadView[] {
  const present = new Set(workloads.map((workload) => identity(workload.kind, workload.namespace, workload.name)));
  const counts = new Map<string, number>();
  const kept: { workload: WorkloadView; owner: string | undefined }[] = [];
  for (const workload of workloads) {
    const owner = controllerOf(workload.object, workload.namespace);
    if (owner !== undefined && present.has(owner)) continue;
    if (owner !== undefined) {
      const count = counts.get(owner) ?? 0;
      counts.set(owner, count + 1);
      if (count > 0) continue;
    }
    kept.push({ workload, owner });
  }
  return kept.map(({ workload, owner }) => {
    if (workload.kind === 'Pod' && owner?.startsWith('DaemonSet\0') === true)
      return { ...workload, kind: 'DaemonSet', replicas: undefined };
    const count = owner === undefined ? 1 : (counts.get(owner) ?? 1);
    return count > 1 && workload.kind === 'Pod' ? { ...workload, replicas: count } : workload;
  });
}

/** A static Pod has the Node as its owner and is a workload of its own. */
function controllerOf(object: ManifestObject, namespace: string): string | undefined {
  for (const reference of listAt(object.value, 'metadata', 'ownerReferences')) {
    if (valueAt(reference, 'controller') === false) continue;
    const kind = stringAt(reference, 'kind');
    const name = stringAt(reference, 'name');
    if (kind === 'Node') return undefined;
    if (kind !== undefined && name !== undefined) return identity(kind, namespace, name);
  }
  return undefined;
}

function identity(kind: string, namespace: string, name: string): string {
  return `${kind}\0${namespace}\0${name}`;
}
