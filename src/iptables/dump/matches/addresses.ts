/** Matches of kinds and ranges of addresses: libxt_addrtype, libxt_iprange, libxt_mac, libxt_pkttype. */
import { isWord } from '../../print/text.js';
import type { AddressRange, Match } from '../../types.js';
import type { GivenOption } from '../modules.js';
import { readWordSet } from '../values.js';
import { find, only, negatedIf, type Given } from './options.js';

const addressTypes = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const;

export function addressType(given: Given): Match | undefined {
  const source = find(given, '--src-type');
  const destination = find(given, '--dst-type');
  const sourceType =
    source === undefined ? undefined : readWordSet(source.value.toUpperCase(), addressTypes)?.join(',');
  const destinationType =
    destination === undefined ? undefined : readWordSet(destination.value.toUpperCase(), addressTypes)?.join(',');
  const limits = given.filter((option) => option.schema.words === 0);
  if ((source && sourceType === undefined) || (destination && destinationType === undefined) || limits.length > 1)
    return undefined;
  if ((source === undefined && destination === undefined) || limits[0]?.negated === true) return undefined;
  return {
    kind: 'addressType',
    ...(sourceType === undefined ? {} : { sourceType }),
    ...(source?.negated === true ? { sourceNegated: true } : {}),
    ...(destinationType === undefined ? {} : { destinationType }),
    ...(destination?.negated === true ? { destinationNegated: true } : {}),
    ...(limits[0] === undefined ? {} : { limitInterface: limits[0].schema.name === '--limit-iface-in' ? 'in' : 'out' }),
  };
}

export function addressRanges(given: Given): Match | undefined {
  const source = find(given, '--src-range');
  const destination = find(given, '--dst-range');
  const from = source === undefined ? undefined : addressRange(source);
  const to = destination === undefined ? undefined : addressRange(destination);
  if (given.length === 0 || (source && from === undefined) || (destination && to === undefined)) return undefined;
  return {
    kind: 'addressRange',
    ...(from === undefined ? {} : { source: from }),
    ...(to === undefined ? {} : { destination: to }),
  };
}

function addressRange(option: GivenOption): AddressRange | undefined {
  const [from = '', to = from, ...rest] = option.value.split('-', 3);
  return rest.length > 0 || !isWord(from) || !isWord(to) ? undefined : { from, to, ...negatedIf(option) };
}

export function mac(given: Given): Match | undefined {
  const option = only(given);
  if (option === undefined || !/^[\da-fA-F]{1,2}(?::[\da-fA-F]{1,2}){5}$/.test(option.value)) return undefined;
  const address = option.value
    .split(':')
    .map((byte) => byte.padStart(2, '0').toLowerCase())
    .join(':');
  return { kind: 'mac', address, ...negatedIf(option) };
}

export function packetType(given: Given): Match | undefined {
  const option = only(given);
  const type =
    option === undefined ? undefined : ['unicast', 'broadcast', 'multicast'].find((name) => name === option.value);
  return option === undefined || type === undefined ? undefined : { kind: 'packetType', type, ...negatedIf(option) };
}
