import type { ManifestObject } from '../manifests/types.js';
import { parsePrefix, type Prefix } from '../net/address.js';
import { objectOf, textsOf } from '../manifests/values.js';

/** The ranges of cluster IPs in ServiceCIDR objects, each once, in the order of the objects. */
export function readServiceCIDRs(objects: readonly ManifestObject[]): readonly Prefix[] {
  const texts = objects.flatMap((object) => textsOf(objectOf(object.value.spec).cidrs));
  return [...new Set(texts)].flatMap((text) => parsePrefix(text) ?? []);
}

/**
 * The object that the API server makes from its own `--service-cluster-ip-range` comes before those that people add.
 */
export function ownRangeFirst(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return [...objects].sort((a, b) => Number(b.name === 'kubernetes') - Number(a.name === 'kubernetes'));
}
