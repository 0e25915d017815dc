/** Sets of addresses that clients may have. */
import { formatAddress, parsePrefix, prefixSize, type Family, type Prefix } from '../../net/address.js';
import { readAddress } from '../../walk/address.js';
import { addressSets, allAddresses, type AddressSet } from '../../walk/address-set.js';

/** Single addresses as a set; invalid ones are skipped. */
function addressesOf(texts: ReadonlySet<string>): AddressSet {
  return addressSets.of(
    [...texts].flatMap((text) => {
      const address = readAddress(text);
      return address === undefined ? [] : [[address.value, address.value] as const];
    }),
  );
}

/** Prefixes of one family as a set. */
export function setOf(prefixes: readonly Prefix[]): AddressSet {
  return addressSets.of(
    prefixes.flatMap((prefix) => {
      const first = readAddress(formatAddress(prefix));
      return first === undefined ? [] : [[first.value, first.value + prefixSize(prefix) - 1n] as const];
    }),
  );
}

/** Addresses that other machines may have: without loopback, multicast, the unspecified network and the node's own. */
export function strangers(family: Family, nodeAddress: string | undefined): AddressSet {
  const own = addressesOf(new Set(nodeAddress === undefined ? [] : [nodeAddress]));
  const special =
    family === 'ipv4'
      ? [
          ['0.0.0.0', 8],
          ['127.0.0.0', 8],
          ['224.0.0.0', 3],
        ]
      : [
          ['::', 64],
          ['fe80::', 10],
          ['ff00::', 8],
        ];
  const others = setOf(
    special.flatMap(([address, length]) => parsePrefix(`${String(address)}/${String(length)}`) ?? []),
  );
  return addressSets.subtract(addressSets.subtract(allAddresses[family], others), own);
}
