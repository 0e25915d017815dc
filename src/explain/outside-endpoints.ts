import { parseAddress, prefixContains } from '../net/address.js';
import type { Places } from './traffic/clients.js';
import { hostOf } from './words/host-port.js';

/**
 * Whether endpoints, such as `192.0.2.10:5432`, are all outside the cluster: none has a node, and none is in a range of
 * Pods. False if no such range is known.
 */
export function areOutside(
  { here, elsewhere, podRange }: Places,
  endpoints: readonly string[],
  nodeNames: readonly string[],
): boolean {
  const ranges = [...here, ...elsewhere, ...(podRange === undefined ? [] : [podRange])];
  if (ranges.length === 0 || endpoints.length === 0 || nodeNames.some((name) => name !== '')) return false;
  return endpoints.every((endpoint) => {
    const address = parseAddress(hostOf(endpoint));
    return address !== undefined && !ranges.some((range) => prefixContains(range, address));
  });
}
