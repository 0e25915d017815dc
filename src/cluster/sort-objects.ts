import type { ManifestObject } from '../manifests/types.js';
import { isKind, namespaceOf } from './values.js';
import { isWorkload } from './workload.js';

/** The objects that make up a cluster's Services, by kind and in reading order. */
export interface SortedObjects {
  readonly services: readonly ManifestObject[];
  readonly endpointSlices: readonly ManifestObject[];
  readonly endpoints: readonly ManifestObject[];
  readonly nodes: readonly ManifestObject[];
  readonly workloads: readonly ManifestObject[];
}

/** Sorts objects by kind and leaves the others out. Of what is defined twice, the last definition stands, as after `kubectl apply`. */
export function sortObjects(objects: readonly ManifestObject[]): SortedObjects {
  return {
    services: lastOnes(objects.filter((object) => isKind(object, '', 'Service'))),
    endpointSlices: lastOnes(objects.filter((object) => isKind(object, 'discovery.k8s.io', 'EndpointSlice'))),
    endpoints: lastOnes(objects.filter((object) => isKind(object, '', 'Endpoints'))),
    nodes: lastOnes(objects.filter((object) => isKind(object, '', 'Node'))),
    workloads: lastOnes(objects.filter(isWorkload)),
  };
}

/** Objects without a name (generateName) are all different. */
function lastOnes(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  const byKey = new Map<string, ManifestObject>();
  objects.forEach((object, index) => {
    byKey.set(object.name === '' ? `${index}` : `${object.kind} ${namespaceOf(object)}/${object.name}`, object);
  });
  return byKey.size === objects.length ? objects : [...byKey.values()];
}
