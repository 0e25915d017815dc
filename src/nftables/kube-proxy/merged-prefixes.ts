import { formatAddress, numberOfBytes, parseAddress, type Family } from '../../net/address.js';
import type { Expression } from '../types.js';
import { literal } from './vocabulary.js';

/** The addresses from `first` to `last`, as numbers. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Addresses and prefixes of one family in the order and form of nft's interval sets: overlapping and adjacent ones are
 * merged, and each interval is an address, a prefix or a range.
 */
export function mergedPrefixes(items: readonly Expression[]): readonly Expression[] {
  const family: Family = items.some((item) => textOf(item).includes(':')) ? 'ipv6' : 'ipv4';
  const intervals = items.map(intervalOf).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Interval[] = [];
  for (const interval of intervals) {
    const before = merged.at(-1);
    if (before === undefined || interval.first > before.last + 1n) merged.push(interval);
    else if (interval.last > before.last) merged[merged.length - 1] = { first: before.first, last: interval.last };
  }
  return merged.map((interval) => listed(interval, family));
}

function textOf(item: Expression): string {
  return item.kind === 'prefix' ? item.address.text : item.kind === 'literal' ? item.text : '';
}

function intervalOf(item: Expression): Interval {
  const bytes = parseAddress(textOf(item))?.bytes ?? [];
  const first = numberOfBytes(bytes);
  const free = item.kind === 'prefix' ? BigInt(bytes.length * 8 - item.length) : 0n;
  return { first, last: first + (1n << free) - 1n };
}

function listed({ first, last }: Interval, family: Family): Expression {
  const size = last - first + 1n;
  const address = literal(textAt(first, family));
  if (size === 1n) return address;
  const isPrefix = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isPrefix) return { kind: 'range', from: address, to: literal(textAt(last, family)) };
  return { kind: 'prefix', address, length: (family === 'ipv6' ? 128 : 32) - (size.toString(2).length - 1) };
}

function textAt(number: bigint, family: Family): string {
  const length = family === 'ipv6' ? 16 : 4;
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 255n));
  return formatAddress({ family, bytes });
}
