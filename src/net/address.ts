import type * as IpAddr from 'ipaddr.js';

let loaded: typeof IpAddr | undefined;

/** The package `ipaddr.js`, loaded with the first IPv6 address: start-up is most of what linting a file takes. */
function ipaddrLibrary(): typeof IpAddr {
  // Imported at once it costs start-up; what imports later makes every caller asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('ipaddr.js') as typeof IpAddr;
  return loaded;
}

export type Family = 'ipv4' | 'ipv6';
export const families: readonly Family[] = ['ipv4', 'ipv6'];

/**
 * How addresses are read. `sloppy` is what Kubernetes did up to 1.35 (leading zeros in IPv4 are decimal, IPv4-mapped
 * IPv6 is IPv4, bits beyond a prefix are dropped); `strict` is what the API server demands from 1.36 on (KEP-4858).
 */
export type Strictness = 'sloppy' | 'strict';

/** An address: its family and its bytes in network order. */
export interface Address {
  readonly family: Family;
  readonly bytes: readonly number[];
}

/** A prefix: the bytes of its first address (bits beyond the length are zero) and its length. */
export interface Prefix extends Address {
  readonly length: number;
}

const dottedQuad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const sloppyQuad = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/** Reads an IPv4 or IPv6 address without zone; undefined where the text is none. */
export function parseAddress(text: string, strictness: Strictness = 'sloppy'): Address | undefined {
  if (text.length > 64) return undefined;
  if (!text.includes(':')) return parseIpv4(text, strictness);
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !ipaddrLibrary().IPv6.isValid(text)) return undefined;
  const quad = text.includes('.') ? parseIpv4(text.slice(text.lastIndexOf(':') + 1), 'strict') : undefined;
  if (text.includes('.') && quad === undefined) return undefined;
  const parsed = ipaddrLibrary().IPv6.parse(text);
  if (!parsed.isIPv4MappedAddress()) return { family: 'ipv6', bytes: parsed.toByteArray() };
  return strictness === 'strict' ? undefined : { family: 'ipv4', bytes: parsed.toByteArray().slice(12) };
}

function parseIpv4(text: string, strictness: Strictness): Address | undefined {
  const plain = plainQuad(text);
  if (plain !== undefined) return { family: 'ipv4', bytes: plain };
  const parts = (strictness === 'strict' ? dottedQuad : sloppyQuad).exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  if (strictness === 'strict' && parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? { family: 'ipv4', bytes } : undefined;
}

/**
 * The bytes of an IPv4 address in its usual spelling, undefined for any other text: large sets hold tens of thousands
 * of them.
 */
function plainQuad(text: string): number[] | undefined {
  const bytes: number[] = [];
  let byte = -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e && byte >= 0) {
      bytes.push(byte);
      byte = -1;
    } else {
      if (code < 0x30 || code > 0x39 || byte === 0) return undefined;
      byte = byte < 0 ? code - 0x30 : byte * 10 + code - 0x30;
      if (byte > 255) return undefined;
    }
  }
  return bytes.push(byte) === 4 && byte >= 0 ? bytes : undefined;
}

/** The family of an address' text; undefined where it is no address. */
export function familyOf(text: string): Family | undefined {
  return parseAddress(text)?.family;
}

/** The canonical text of an address (RFC 5952 for IPv6), as Go's net.IP prints it. */
export function formatAddress(address: Address): string {
  if (address.family === 'ipv4') return address.bytes.join('.');
  return new (ipaddrLibrary().IPv6)([...address.bytes]).toRFC5952String();
}

/** The canonical text of what `text` means, or undefined where it is no address. */
export function normaliseAddress(text: string): string | undefined {
  if (plainQuad(text) !== undefined) return text;
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}

/** Whether two texts mean one address; false where either is none. */
export function sameAddress(a: string, b: string): boolean {
  const first = normaliseAddress(a);
  return first !== undefined && first === normaliseAddress(b);
}

/** Number of bits in a family's addresses. */
export function addressBits(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Reads `address/length`. Strict: no bits set beyond the length. Undefined where the text is no prefix. */
export function parsePrefix(text: string, strictness: Strictness = 'sloppy'): Prefix | undefined {
  const slash = text.indexOf('/');
  const lengthText = text.slice(slash + 1);
  if (
    slash < 0 ||
    !/^(0|[1-9]\d{0,2})$/.test(strictness === 'strict' ? lengthText : lengthText.replace(/^0+(?=\d)/, ''))
  )
    return undefined;
  const address = parseAddress(text.slice(0, slash), strictness);
  const length = Number(lengthText);
  if (address === undefined || length > addressBits(address.family)) return undefined;
  const masked = maskBytes(address.bytes, length);
  if (strictness === 'strict' && masked.some((byte, index) => byte !== address.bytes[index])) return undefined;
  return { family: address.family, bytes: masked, length };
}

/** A prefix, or an address as the prefix that holds it alone. */
export function parsePrefixOrAddress(text: string): Prefix | undefined {
  if (text.includes('/')) return parsePrefix(text);
  const address = parseAddress(text);
  return address === undefined ? undefined : { ...address, length: addressBits(address.family) };
}

function maskBytes(bytes: readonly number[], length: number): number[] {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff);
}

/** `10.96.0.0/12`: the first address of the prefix and its length. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix)}/${prefix.length}`;
}

/** Whether the address lies in the prefix; addresses of the other family never do. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  return maskBytes(address.bytes, prefix.length).every((byte, index) => byte === prefix.bytes[index]);
}

/** The address `offset` places after the first of the prefix; the caller keeps the offset within the prefix. */
export function addressAt(prefix: Prefix, offset: number | bigint): Address {
  const bytes = [...prefix.bytes];
  let rest = BigInt(offset);
  for (let index = bytes.length - 1; index >= 0 && rest > 0n; index--) {
    rest += BigInt(bytes[index] ?? 0);
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return { family: prefix.family, bytes };
}

/** How many addresses a prefix holds. */
export function prefixSize(prefix: Prefix): bigint {
  return 1n << BigInt(addressBits(prefix.family) - prefix.length);
}

/** What an address is for, where it is not ordinary unicast (RFC 6890); `unicast` otherwise. */
export function addressScope(
  address: Address,
): 'unspecified' | 'loopback' | 'linkLocal' | 'linkLocalMulticast' | 'unicast' {
  const [first = 0, second = 0, third = 0] = address.bytes;
  if (address.bytes.every((byte) => byte === 0)) return 'unspecified';
  if (address.family === 'ipv4') {
    if (first === 127) return 'loopback';
    if (first === 169 && second === 254) return 'linkLocal';
    return first === 224 && second === 0 && third === 0 ? 'linkLocalMulticast' : 'unicast';
  }
  if (address.bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))) return 'loopback';
  if (first === 0xfe && (second & 0xc0) === 0x80) return 'linkLocal';
  return first === 0xff && (second & 0x0f) === 2 ? 'linkLocalMulticast' : 'unicast';
}
