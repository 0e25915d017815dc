/** Addresses as numbers, for comparison in matches. */
import { formatAddress, numberOfBytes, parseAddress, type Family } from '../net/address.js';

export interface TraceAddress {
  readonly family: Family;
  /** In canonical form. */
  readonly text: string;
  readonly value: bigint;
}

/** `(address & mask) == base`; masks need not be prefixes. */
export interface MaskedAddress {
  readonly base: bigint;
  readonly mask: bigint;
}

const known = new Map<string, TraceAddress>();
/** The number of cached addresses: as many as a large cluster has endpoints. Further ones are parsed each time. */
const mostKnown = 100_000;

/** Reads an address; undefined if the text is not one. Cached, because the same endpoints are read again and again. */
export function readAddress(text: string): TraceAddress | undefined {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parseAddress(text);
  if (parsed === undefined) return undefined;
  if (known.size >= mostKnown) known.clear();
  const address = addressOfValue(valueOf(parsed.bytes), parsed.family);
  known.set(text, address);
  return address;
}

function valueOf(bytes: readonly number[]): bigint {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  if (bytes.length === 4) return BigInt(((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0);
  return numberOfBytes(bytes);
}

const byValue: Record<Family, Map<bigint, TraceAddress>> = { ipv4: new Map(), ipv6: new Map() };

/** The address with that number. Cached, like readAddress. */
export function addressOfValue(value: bigint, family: Family): TraceAddress {
  const before = byValue[family].get(value);
  if (before !== undefined) return before;
  if (byValue[family].size >= mostKnown) byValue[family].clear();
  const address = newAddress(value, family);
  byValue[family].set(value, address);
  return address;
}

function newAddress(value: bigint, family: Family): TraceAddress {
  return { family, text: formatAddress({ family, bytes: bytesOf(value, family) }), value };
}

function bytesOf(value: bigint, family: Family): number[] {
  if (family === 'ipv6')
    return Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(8 * (15 - index))) & 0xffn));
  const number = Number(value);
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}

const allOnes: Record<Family, bigint> = { ipv4: (1n << 32n) - 1n, ipv6: (1n << 128n) - 1n };

/**
 * Reads the values of -s and -d: `10.0.0.0/8`, `10.0.0.0/255.0.255.0`, `10.0.0.1`. Undefined if the text is not an
 * address of the family.
 */
export function readMaskedAddress(text: string, family: Family): MaskedAddress | undefined {
  const slash = text.indexOf('/');
  const address = readAddress(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? allOnes[family] : readMask(text.slice(slash + 1), family);
  if (address?.family !== family || mask === undefined) return undefined;
  return { base: address.value & mask, mask };
}

function readMask(text: string, family: Family): bigint | undefined {
  if (!/^\d{1,3}$/.test(text)) return readAddress(text)?.value;
  const bits = family === 'ipv4' ? 32 : 128;
  return Number(text) > bits ? undefined : prefixMask(Number(text), family);
}

const prefixMasks: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: masksOf('ipv4', 32),
  ipv6: masksOf('ipv6', 128),
};

function masksOf(family: Family, bits: number): bigint[] {
  return Array.from({ length: bits + 1 }, (_, length) => allOnes[family] ^ ((1n << BigInt(bits - length)) - 1n));
}

/** The mask for a prefix length. */
export function prefixMask(length: number, family: Family): bigint {
  const mask = prefixMasks[family][length];
  if (mask === undefined) throw new RangeError(`no prefix of ${family} has ${length} bits`);
  return mask;
}

/** Whether the mask matches the address. */
export function contains(masked: MaskedAddress, address: TraceAddress): boolean {
  return (address.value & masked.mask) === masked.base;
}

/** 127.0.0.0/8 or ::1. */
export function isLoopbackAddress({ family, value }: TraceAddress): boolean {
  return family === 'ipv4' ? value >> 24n === 127n : value === 1n;
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast({ family, value }: TraceAddress): boolean {
  return family === 'ipv4' ? value >> 28n === 14n : value >> 120n === 255n;
}

/** `10.0.0.1:80`, `[fd00::1]:80`; without a port (ICMP has none), only the address. */
export function hostAndPort({ family, text }: TraceAddress, port: number | undefined): string {
  if (port === undefined) return text;
  return family === 'ipv4' ? `${text}:${port}` : `[${text}]:${port}`;
}
