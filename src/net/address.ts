import type * as IpAddr from 'ipaddr.js';

let loaded: typeof IpAddr | undefined;

/**
 * The package `ipaddr.js`, loaded when the first IPv6 address is read: loading takes a large part of the time that lint
 * needs for one file.
 */
function ipaddrLibrary(): typeof IpAddr {
  // A static import would slow down every start; a dynamic one would make every caller asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('ipaddr.js') as typeof IpAddr;
  return loaded;
}

export type Family = 'ipv4' | 'ipv6';
export const families: readonly Family[] = ['ipv4', 'ipv6'];

/**
 * How addresses are read. `sloppy`: as Kubernetes up to 1.35 does (leading zeros in IPv4 are decimal, IPv4-mapped IPv6
 * is IPv4, bits beyond a prefix are dropped). `strict`: as the API server requires from 1.36 on (KEP-4858).
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

/** Reads an IPv4 or IPv6 address without zone. Undefined if the text is not an address. */
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
 * The bytes of an IPv4 address in its usual notation, undefined for any other text. A fast path, because large sets
 * hold tens of thousands of addresses.
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

/** The family of an address in text form; undefined if it is not an address. */
export function familyOf(text: string): Family | undefined {
  return parseAddress(text)?.family;
}

/** The canonical text of an address (RFC 5952 for IPv6), as Go's net.IP prints it. */
export function formatAddress(address: Address): string {
  if (address.family === 'ipv4') return address.bytes.join('.');
  return new (ipaddrLibrary().IPv6)([...address.bytes]).toRFC5952String();
}

/** The canonical form of an address in text form; undefined if it is not an address. */
export function normaliseAddress(text: string): string | undefined {
  if (plainQuad(text) !== undefined) return text;
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}

/** The same, but any other text as it is. */
export function canonicalAddress(text: string): string {
  return normaliseAddress(text) ?? text;
}

/** Whether two texts are the same address; false if either is not an address. */
export function sameAddress(a: string, b: string): boolean {
  const first = normaliseAddress(a);
  return first !== undefined && first === normaliseAddress(b);
}

/** Number of bits in a family's addresses. */
export function addressBits(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Reads `address/length`. Strict: bits beyond the length must be zero. Undefined if the text is not a prefix. */
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

/** Reads a prefix, or a single address as a prefix of full length. */
export function parsePrefixOrAddress(text: string): Prefix | undefined {
  if (text.includes('/')) return parsePrefix(text);
  const address = parseAddress(text);
  return address === undefined ? undefined : { ...address, length: addressBits(address.family) };
}

/** The first bits of an address; the others are 0. */
export function maskBytes(bytes: readonly number[], length: number): number[] {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff);
}

/** A prefix as text: `10.96.0.0/12`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix)}/${prefix.length}`;
}

/** Whether the prefix contains the address; false for an address of the other family. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  for (let index = 0; index * 8 < prefix.length; index++) {
    const differing = (address.bytes[index] ?? 0) ^ (prefix.bytes[index] ?? 0);
    if (differing >> Math.max(0, (index + 1) * 8 - prefix.length) !== 0) return false;
  }
  return true;
}

/** The first address of the prefix plus `offset`. The caller ensures that the result is within the prefix. */
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

/** How many addresses a prefix contains. */
export function prefixSize(prefix: Prefix): bigint {
  return 1n << BigInt(addressBits(prefix.family) - prefix.length);
}

/** The special purpose of an address (RFC 6890); `unicast` if it has none. */
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

/** An address as a number. */
export function numberOfBytes(bytes: readonly number[]): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
