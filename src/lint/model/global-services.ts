import type { ManifestObject } from '../../manifests/types.js';
import { textAt } from '../values.js';

const annotations = ['service.cilium.io/global', 'io.cilium/global-service'];

/** Whether Cilium's Cluster Mesh gives the Service endpoints of other clusters, which have one of its name. */
export function isGlobal({ value }: ManifestObject): boolean {
  return annotations.some((key) => textAt(value, 'metadata', 'annotations', key) === 'true');
}
