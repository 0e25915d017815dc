/** Sets of addresses of one family, as ranges of their numbers. */
import type { Family } from '../net/address.js';
import type { MaskedAddress } from './address.js';
import { rangeAlgebra, type Ranges } from './ranges.js';

export type AddressSet = Ranges<bigint>;

export const addressSets = rangeAlgebra<bigint>(
  (value) => value - 1n,
  (value) => value + 1n,
);

const last: Readonly<Record<Family, bigint>> = { ipv4: (1n << 32n) - 1n, ipv6: (1n << 128n) - 1n };

export const allAddresses: Readonly<Record<Family, AddressSet>> = { ipv4: [0n, last.ipv4], ipv6: [0n, last.ipv6] };

/** A mask that would need more ranges than this is not converted. */
const mostRanges = 4096;

/** The addresses that a mask matches; undefined if it is not a prefix and would need too many ranges. */
export function maskedSet({ base, mask }: MaskedAddress, family: Family): AddressSet | undefined {
  if (mask === last[family]) return addressSets.one(base);
  const free = last[family] ^ mask;
  const tail = trailingOnes(free);
  const scattered = bitsOf(free & ~((1n << tail) - 1n));
  if (2 ** scattered.length > mostRanges) return undefined;
  let starts = [base];
  for (const bit of scattered) starts = starts.flatMap((start) => [start, start | bit]);
  return addressSets.of(starts.map((start) => [start, start | ((1n << tail) - 1n)] as const));
}

function trailingOnes(value: bigint): bigint {
  let count = 0n;
  while (((value >> count) & 1n) === 1n) count++;
  return count;
}

function bitsOf(value: bigint): bigint[] {
  const bits: bigint[] = [];
  for (let bit = 1n; bit <= value; bit <<= 1n) if ((value & bit) !== 0n) bits.push(bit);
  return bits;
}
