import { NamespacedMap } from '../manifests/namespaced-map.js';
import type { ManifestObject } from '../manifests/types.js';
import { isKind, namespaceOf } from '../manifests/values.js';
import { isWorkload } from './workload.js';

/** The objects that Services depend on, by kind and in reading order. */
export interface SortedObjects {
  readonly services: readonly ManifestObject[];
  readonly endpointSlices: readonly ManifestObject[];
  readonly endpoints: readonly ManifestObject[];
  readonly nodes: readonly ManifestObject[];
  readonly serviceCIDRs: readonly ManifestObject[];
  readonly workloads: readonly ManifestObject[];
}

type Sorted = { [Key in keyof SortedObjects]: ManifestObject[] };

/**
 * Sorts objects by kind and leaves other kinds out. If an object is defined twice, the last definition counts, as after
 * `kubectl apply`.
 */
export function sortObjects(objects: readonly ManifestObject[]): SortedObjects {
  const sorted: Sorted = {
    services: [],
    endpointSlices: [],
    endpoints: [],
    nodes: [],
    serviceCIDRs: [],
    workloads: [],
  };
  for (const object of objects) listFor(object, sorted)?.push(object);
  return {
    services: lastOnes(sorted.services),
    endpointSlices: lastOnes(sorted.endpointSlices),
    endpoints: lastOnes(sorted.endpoints),
    nodes: lastOnes(sorted.nodes),
    serviceCIDRs: lastOnes(sorted.serviceCIDRs),
    workloads: lastOnes(sorted.workloads),
  };
}

function listFor(object: ManifestObject, sorted: Sorted): ManifestObject[] | undefined {
  if (isKind(object, '', 'Service')) return sorted.services;
  if (isKind(object, 'discovery.k8s.io', 'EndpointSlice')) return sorted.endpointSlices;
  if (isKind(object, '', 'Endpoints')) return sorted.endpoints;
  if (isKind(object, '', 'Node')) return sorted.nodes;
  if (isKind(object, 'networking.k8s.io', 'ServiceCIDR')) return sorted.serviceCIDRs;
  return isWorkload(object) ? sorted.workloads : undefined;
}

/** Objects without a name (generateName) are all distinct. */
function lastOnes(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  if (areDistinct(objects)) return objects;
  const byKey = new Map<string, ManifestObject>();
  objects.forEach((object, index) => {
    byKey.set(object.name === '' ? `${index}` : `${object.kind} ${namespaceOf(object)}/${object.name}`, object);
  });
  return [...byKey.values()];
}

/** A fast path: whether all names are distinct, even across kinds. */
function areDistinct(objects: readonly ManifestObject[]): boolean {
  const seen = new NamespacedMap<true>();
  for (const object of objects) {
    const namespace = namespaceOf(object);
    if (seen.has(namespace, object.name)) return false;
    seen.set(namespace, object.name, true);
  }
  return true;
}
