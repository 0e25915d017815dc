import type { ManifestObject } from '../manifests/types.js';
import type { Node } from './types.js';
import { itemsOf, labelsOf, objectOf, textOf, textsOf } from '../manifests/values.js';

export const zoneLabel = 'topology.kubernetes.io/zone';

/** Reads a Node. Only its numeric addresses are used (InternalIP, then ExternalIP), as for kube-proxy's node IP. */
export function readNode(object: ManifestObject): Node {
  const spec = objectOf(object.value.spec);
  const podCIDRs = textsOf(spec.podCIDRs);
  const addresses = itemsOf(objectOf(object.value.status).addresses);
  const ofType = (type: string): string[] =>
    addresses.filter((address) => address.type === type).map((address) => textOf(address.address));
  return {
    name: object.name,
    labels: labelsOf(objectOf(object.value.metadata).labels),
    podCIDRs: podCIDRs.length > 0 ? podCIDRs : textsOf([spec.podCIDR ?? null]),
    addresses: [...ofType('InternalIP'), ...ofType('ExternalIP')],
  };
}

/** A taint that keeps Pods away from a Node; `tolerates` says which Pods are exempt. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** The taints that prevent scheduling; a cordoned Node has one of them. */
export function taintsOf(object: ManifestObject | undefined): Taint[] {
  const spec = objectOf(object?.value.spec);
  const taints = itemsOf(spec.taints)
    .map((taint) => ({ key: textOf(taint.key), value: textOf(taint.value), effect: textOf(taint.effect) }))
    .filter((taint) => taint.effect === 'NoSchedule' || taint.effect === 'NoExecute');
  if (spec.unschedulable === true)
    taints.push({ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' });
  return taints;
}
