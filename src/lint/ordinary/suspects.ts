import type { ManifestObject } from '../../manifests/types.js';
import type { ClusterFacts } from '../context.js';
import { strictnessOf } from '../model/addresses.js';
import { Claims } from './claims.js';
import { isOrdinarySlice } from './endpoint-slice.js';
import { isOrdinaryNode } from './node.js';
import { isOrdinaryService } from './service.js';

/**
 * The objects that the API server might reject. Left out are those that certainly pass every rule of `yaml/`, `schema/`
 * and `api/`: common Services, EndpointSlices and Nodes, of which clusters have thousands. If two Services claim the
 * same thing, all objects are returned.
 *
 * A new rule for rejected objects requires that the checks in this folder take it into account; tests try the bad
 * example of every rule on them.
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
