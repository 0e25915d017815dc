import { addressScope, familyOf, normaliseAddress, parseAddress, type Family } from '../net/address.js';
import type { PortMapping } from './types.js';

/** The mappings that get rules in a family, in the order given. */
export function mappingsOf(mappings: readonly PortMapping[], family: Family): PortMapping[] {
  return mappings.filter(({ hostIP }) => hostIP === '' || familyOf(hostIP) === family);
}

/** The address to which a mapping is bound; undefined for all of the family. */
export function boundTo({ hostIP }: PortMapping): string | undefined {
  const address = parseAddress(hostIP);
  return address === undefined || addressScope(address) === 'unspecified' ? undefined : normaliseAddress(hostIP);
}
