import type { ManifestObject } from '../../manifests/types.js';
import type { ClusterFacts } from '../context.js';
import { strictnessOf } from '../model/addresses.js';
import { Claims } from './claims.js';
import { isOrdinarySlice } from './endpoint-slice.js';
import { isOrdinaryNode } from './node.js';
import { isOrdinaryService } from './service.js';

/**
 * The objects that the API server might refuse. Left out are those that surely pass every rule of `yaml/`, `schema/`
 * and `api/`: Services, EndpointSlices and Nodes as clusters have them by the thousand. Where two Services claim the
 * same, all objects are given.
 *
 * Whoever adds a rule that refuses has to see that the checks of this folder know of it; tests try every rule's bad
 * examples on them.
 */
export function suspectsAmong(objects: readonly ManifestObject[], facts: ClusterFacts): readonly ManifestObject[] {
  if (facts.serviceCIDRs.length > 0) return objects;
  const claims = new Claims();
  const suspects = objects.filter((object) => {
    if (object.kind === 'Service') claims.add(object);
    return !isOrdinary(object, facts);
  });
  return claims.areDistinct ? suspects : objects;
}

function isOrdinary(object: ManifestObject, facts: ClusterFacts): boolean {
  switch (object.kind) {
    case 'Service':
      return isOrdinaryService(object, facts.nodePortRange);
    case 'EndpointSlice':
      return isOrdinarySlice(object, strictnessOf(facts.version));
    case 'Node':
      return isOrdinaryNode(object);
    default:
      return false;
  }
}
