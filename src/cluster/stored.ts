import type { ManifestObject } from '../manifests/types.js';
import { serviceNameOf } from './endpoint-slice.js';
import { isKind, namespaceOf, objectOf, textOf, textsOf } from '../manifests/values.js';

/**
 * Distinguishes objects that a cluster already stores from manifests that are still to be created. Stored objects have
 * a uid or resourceVersion, and Services their list of `clusterIPs`; an EndpointSlice counts as stored if its Service
 * does.
 */
export class StoredObjects {
  private services: ReadonlySet<string> | undefined;

  constructor(private readonly objects: readonly ManifestObject[]) {}

  has(object: ManifestObject): boolean {
    if (isStoredItself(object)) return true;
    return (
      isKind(object, 'discovery.k8s.io', 'EndpointSlice') &&
      this.storedServices().has(`${namespaceOf(object)}/${serviceNameOf(object)}`)
    );
  }

  private storedServices(): ReadonlySet<string> {
    this.services ??= new Set(
      this.objects
        .filter((object) => isKind(object, '', 'Service') && isStoredItself(object))
        .map((object) => `${namespaceOf(object)}/${object.name}`),
    );
    return this.services;
  }
}

function isStoredItself(object: ManifestObject): boolean {
  const metadata = objectOf(object.unread?.head.metadata ?? object.value.metadata);
  if (textOf(metadata.uid) !== '' || textOf(metadata.resourceVersion) !== '') return true;
  return isKind(object, '', 'Service') && textsOf(objectOf(object.value.spec).clusterIPs).length > 0;
}
