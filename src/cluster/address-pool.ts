import { addressAt, formatAddress, prefixSize, type Prefix } from '../net/address.js';
import { assignNumbers } from './pool.js';

/** A prefix from which only the addresses from `first` to `last` (offsets, inclusive) are assigned. */
export interface AddressRange {
  readonly prefix: Prefix;
  readonly first: number;
  readonly last: number;
}

/**
 * Of larger prefixes, only the first 2³² addresses are used. This is always enough, and offsets remain exact numbers.
 */
const mostAddresses = 2 ** 32;

/** The range from offset `first` to the end of the prefix, without the broadcast address of an IPv4 prefix. */
export function rangeFrom(prefix: Prefix, first: number): AddressRange {
  const size = prefixSize(prefix);
  const end = size > BigInt(mostAddresses) ? mostAddresses : Number(size);
  return { prefix, first, last: prefix.family === 'ipv4' ? end - 2 : end - 1 };
}

/**
 * Assigns every key an address of the range that is not in `taken` (canonical texts). Keys without an address are
 * absent from the result (see `assignNumbers`).
 */
export function assignAddresses(
  keys: readonly string[],
  range: AddressRange,
  taken: ReadonlySet<string>,
): Map<string, string> {
  const textOf = (number: number): string => formatAddress(addressAt(range.prefix, range.first + number));
  const size = Math.max(0, range.last - range.first + 1);
  const addresses = new Map<string, string>();
  for (const [key, number] of assignNumbers(keys, { size, isTaken: (candidate) => taken.has(textOf(candidate)) })) {
    addresses.set(key, textOf(number));
  }
  return addresses;
}
