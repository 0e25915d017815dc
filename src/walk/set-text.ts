/** Reads and prints sets of addresses and ports in users' notation. */
import type { Family } from '../net/address.js';
import { addressOfValue, readAddress, readMaskedAddress } from './address.js';
import { addressSets, allAddresses, maskedSet, type AddressSet } from './address-set.js';
import { allPorts, portSets, type PortSet } from './transport.js';

/** A set of addresses of one family; `any`: of the family in question. */
export interface AddressWords {
  readonly family: Family | undefined;
  readonly set: AddressSet;
}

/** `any`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, and comma-separated lists of them; undefined for other texts. */
export function readAddressSet(text: string): AddressWords | undefined {
  if (text === 'any') return { family: undefined, set: [] };
  let family: Family | undefined;
  let set: AddressSet = addressSets.none;
  for (const part of text.split(',')) {
    const read = readOne(part);
    if (read?.family === undefined || (family !== undefined && family !== read.family)) return undefined;
    family = read.family;
    set = addressSets.union(set, read.set);
  }
  return { family, set };
}

function readOne(text: string): AddressWords | undefined {
  const [from = '', to] = text.split('-');
  if (to === undefined) return readPrefix(text);
  const [first, last] = [readAddress(from), readAddress(to)];
  if (first === undefined || first.family !== last?.family || last.value < first.value) return undefined;
  return { family: first.family, set: [first.value, last.value] };
}

function readPrefix(text: string): AddressWords | undefined {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const masked = readMaskedAddress(text, family);
  const set = masked === undefined ? undefined : maskedSet(masked, family);
  return set === undefined ? undefined : { family, set };
}

/**
 * `any`, `80`, `1-1023`, and comma-separated lists of them; undefined for other texts, and for ports outside 1 to
 * 65535.
 */
export function readPortSet(text: string): PortSet | undefined {
  if (text === 'any') return allPorts;
  const pairs: (readonly [number, number])[] = [];
  for (const part of text.split(',')) {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from ?? 0), Number(to ?? 0)];
    if (first < 1 || last > 65535 || last < first) return undefined;
    pairs.push([first, last]);
  }
  return portSets.of(pairs);
}

/** The ranges of a set: `10.0.0.1`, `10.0.0.1-10.0.0.9`. */
export function addressRanges(set: AddressSet, family: Family): string[] {
  return addressSets.pairs(set).map(([from, to]) => {
    const text = addressOfValue(from, family).text;
    return from === to ? text : `${text}-${addressOfValue(to, family).text}`;
  });
}

export function portRanges(set: PortSet): string[] {
  return portSets.pairs(set).map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
}

/** A set in few words: prefixes if ranges are prefixes, and a prefix with its exceptions if that is shorter. */
export function addressWords(set: AddressSet, family: Family): string {
  const words = prefixesOrRanges(set, family);
  const hull = hullOf(set);
  const whole = hull.join() === allAddresses[family].join() ? 'any' : (prefixesOrRanges(hull, family)[0] ?? '');
  const rest = prefixesOrRanges(addressSets.subtract(hull, set), family);
  if (rest.length === 0) return whole;
  return rest.length < words.length ? `${whole} but ${shortened(rest)}` : shortened(words);
}

/** The smallest prefix that contains the set. */
function hullOf(set: AddressSet): AddressSet {
  const [first = 0n, last = 0n] = [set[0], set.at(-1)];
  let free = 0n;
  while (first >> free !== last >> free) free++;
  const base = (first >> free) << free;
  return [base, base + (1n << free) - 1n];
}

/** How many parts are listed before the rest is only counted. */
const mostParts = 4;

function shortened(parts: readonly string[]): string {
  return parts.length <= mostParts + 1
    ? parts.join(', ')
    : `${parts.slice(0, mostParts).join(', ')} and ${parts.length - mostParts} more`;
}

function prefixesOrRanges(set: AddressSet, family: Family): string[] {
  const bits = family === 'ipv4' ? 32n : 128n;
  return addressSets.pairs(set).map(([from, to]) => {
    const size = to - from + 1n;
    const text = addressOfValue(from, family).text;
    if (size === 1n) return text;
    const isPrefix = (size & (size - 1n)) === 0n && from % size === 0n;
    return isPrefix
      ? `${text}/${bits - BigInt(size.toString(2).length - 1)}`
      : `${text}-${addressOfValue(to, family).text}`;
  });
}

export function portWords(set: PortSet): string {
  const rest = portSets.subtract(allPorts, set);
  if (rest.length === 0) return 'any port';
  const [words, others] = [portRanges(set), portRanges(rest)];
  return others.length < words.length ? `any port but ${shortened(others)}` : shortened(words);
}
