import {
  addressScope,
  formatAddress,
  numberOfBytes,
  parseAddress,
  parsePrefix,
  type Family,
  type Prefix,
  type Strictness,
} from '../../net/address.js';
import type { KubernetesVersion } from '../../cluster/version.js';

/** How the API server reads an address. */
interface AddressReading {
  readonly family: Family;
  readonly scope: ReturnType<typeof addressScope>;
}

/** From 1.36 on, addresses and prefixes are parsed strictly (KEP-4858). */
export function strictnessOf(version: KubernetesVersion): Strictness {
  return version.minor >= 36 ? 'strict' : 'sloppy';
}

const ordinary: AddressReading = { family: 'ipv4', scope: 'unicast' };

/**
 * Reads an address; undefined if the API server with that strictness rejects it. Has a fast path for plain IPv4 unicast
 * addresses.
 */
export function readAddress(text: string, strictness: Strictness): AddressReading | undefined {
  const first = leadingOctet(text);
  if (first > 0 && first !== 127 && first !== 169 && first !== 224) return ordinary;
  const address = parseAddress(text, strictness);
  return address === undefined ? undefined : { family: address.family, scope: addressScope(address) };
}

/** The first number of an IPv4 address in its usual notation, -1 for any other text. */
function leadingOctet(text: string): number {
  let first = -1;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return -1;
      if (dots === 1) first = octet;
      octet = -1;
    } else {
      if (code < 48 || code > 57 || octet === 0) return -1;
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? first : -1;
}

/** What is wrong with the text as an address, to be appended to it; undefined if it is valid. */
export function addressFault(text: string, strictness: Strictness): string | undefined {
  if (readAddress(text, strictness) !== undefined) return undefined;
  return parseAddress(text) === undefined
    ? 'is not an IP address'
    : 'is written in a way that is refused from Kubernetes 1.36 on (leading zeros, or IPv4 within IPv6)';
}

/** What is wrong with the text as a prefix, to be appended to it; undefined if it is valid. */
export function prefixFault(text: string, strictness: Strictness): string | undefined {
  if (parsePrefix(text, strictness) !== undefined) return undefined;
  const loose = parsePrefix(text);
  if (loose !== undefined)
    return (
      'is written in a way that is refused from Kubernetes 1.36 on (leading zeros, IPv4 within IPv6, ' +
      'or bits set beyond the prefix)'
    );
  return parseAddress(text) === undefined
    ? 'is not an address range such as 198.51.100.0/24'
    : 'is an address without a prefix length';
}

const scopeFaults = {
  unspecified: 'is the unspecified address',
  loopback: 'is a loopback address',
  linkLocal: 'is a link-local address',
  linkLocalMulticast: 'is a link-local multicast address',
  unicast: undefined,
} as const;

/** What is wrong with the address as a destination of traffic, to be appended to it. */
export function specialAddressFault(text: string, strictness: Strictness): string | undefined {
  const reading = readAddress(text, strictness);
  return reading === undefined ? addressFault(text, strictness) : scopeFaults[reading.scope];
}

/** The same text for all notations of an address; undefined if it is invalid. */
export function addressKey(text: string): string | undefined {
  if (leadingOctet(text) >= 0) return text;
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}

/**
 * Whether a Service can have the address: it is in the prefix and is neither its first address nor, for IPv4, its last.
 */
export function isAllocatable(prefix: Prefix, text: string): boolean {
  const address = parseAddress(text);
  if (address?.family !== prefix.family) return false;
  const bits = address.bytes.length * 8;
  const offset = numberOfBytes(address.bytes) - numberOfBytes(prefix.bytes);
  const size = 1n << BigInt(bits - prefix.length);
  if (size <= 2n) return offset >= 0n && offset < size;
  return offset > 0n && offset < (prefix.family === 'ipv4' ? size - 1n : size);
}
