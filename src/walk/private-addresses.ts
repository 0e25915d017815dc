/** Ranges of addresses that are not routed on the Internet. */
import { parsePrefix, prefixSize, type Family } from '../net/address.js';
import { readMaskedAddress } from './address.js';
import { addressSets, type AddressSet } from './address-set.js';

/** RFC 1918, RFC 6598 (shared addresses, which some networks give to Pods), RFC 3927; RFC 4193 and link-local ones. */
export const privateAddresses: Readonly<Record<Family, AddressSet>> = {
  ipv4: setOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'], 'ipv4'),
  ipv6: setOf(['fc00::/7', 'fe80::/10'], 'ipv6'),
};

function setOf(prefixes: readonly string[], family: Family): AddressSet {
  return addressSets.of(
    prefixes.flatMap((text) => {
      const [masked, prefix] = [readMaskedAddress(text, family), parsePrefix(text)];
      return masked === undefined || prefix === undefined
        ? []
        : [[masked.base, masked.base + prefixSize(prefix) - 1n] as const];
    }),
  );
}
