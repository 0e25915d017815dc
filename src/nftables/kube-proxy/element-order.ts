import { parseAddress } from '../../net/address.js';
import type { Expression, SetElement } from '../types.js';

const protocolNumbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/**
 * Elements in the order of nft's lists (1.0.6 and 1.1.3): single keys by numeric value; concatenations by the bytes of
 * the whole key in reverse, with each field padded to four bytes.
 */
export function inListedOrder(elements: readonly SetElement[]): readonly SetElement[] {
  return elements
    .map((element) => ({ element, order: orderOf(element.key) }))
    .sort((a, b) => (a.order === b.order ? 0 : a.order < b.order ? -1 : 1))
    .map(({ element }) => element);
}

/** The key's bytes as characters, most significant first. */
function orderOf(key: Expression): string {
  if (key.kind !== 'concatenation') return String.fromCharCode(...bytesOf(key));
  return String.fromCharCode(...key.parts.flatMap((part) => padded(bytesOf(part))).reverse());
}

function padded(bytes: readonly number[]): number[] {
  return [...bytes, ...Array.from({ length: -bytes.length & 3 }, () => 0)];
}

/** An address, a protocol or a port, in network order. */
function bytesOf(part: Expression): readonly number[] {
  if (part.kind !== 'literal') return [];
  const protocol = protocolNumbers[part.text];
  if (protocol !== undefined) return [protocol];
  const address = parseAddress(part.text);
  if (address !== undefined) return address.bytes;
  const port = Number(part.text);
  return [port >> 8, port & 255];
}
