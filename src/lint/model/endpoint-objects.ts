import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { labelsAt, listAt, textAt } from '../values.js';
import { valueAt } from '../../manifests/values.js';

/** The label that assigns a slice to a Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';

/** The Service in a slice's label; `''` if it has none. */
export function serviceOfSlice(slice: ManifestObject): string {
  return labelsAt(slice, ['metadata', 'labels']).get(serviceNameLabel) ?? '';
}

/** Whether Endpoints are a lock of client-go's leader election, which has nothing to do with traffic. */
export function isElectionLock(endpoints: ManifestObject): boolean {
  return valueAt(endpoints.value, 'metadata', 'annotations', 'control-plane.alpha.kubernetes.io/leader') !== undefined;
}

/**
 * Whether the endpoints controller wrote the Endpoints: it sets an annotation when something triggered the change, and
 * from 1.33 on a label. Endpoints with a uid, from a cluster, that nobody applied are not written by hand either.
 */
export function isControllerMade(endpoints: ManifestObject): boolean {
  const { value } = endpoints;
  const annotations = ['metadata', 'annotations'];
  return (
    valueAt(value, ...annotations, 'endpoints.kubernetes.io/last-change-trigger-time') !== undefined ||
    valueAt(value, 'metadata', 'labels', 'endpoints.kubernetes.io/managed-by') !== undefined ||
    (valueAt(value, 'metadata', 'uid') !== undefined &&
      valueAt(value, ...annotations, 'kubectl.kubernetes.io/last-applied-configuration') === undefined)
  );
}

/** The names of Endpoints from which GlusterFS volumes read their servers, with or without a Service. */
export function glusterEndpoints(context: LintContext): ReadonlySet<string> {
  const inPods = context.allWorkloads.flatMap(({ podSpec }) =>
    listAt(podSpec, 'volumes').map((volume) => textAt(volume, 'glusterfs', 'endpoints')),
  );
  const inVolumes = context
    .ofKind('PersistentVolume')
    .map(({ value }) => textAt(value, 'spec', 'glusterfs', 'endpoints'));
  return new Set([...inPods, ...inVolumes].filter((name) => name !== ''));
}
