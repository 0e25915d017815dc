/** Tests of addresses, interfaces and address types. */
import type { Family } from '../../net/address.js';
import {
  contains,
  isMulticast,
  readAddress,
  readMaskedAddress,
  type MaskedAddress,
  type TraceAddress,
} from '../../walk/address.js';
import { addressSets, maskedSet, type AddressSet } from '../../walk/address-set.js';
import { both, isParting, negate, negateIf, type Answer, type Parting } from '../../walk/doubt.js';
import { isLocal } from '../../walk/local.js';
import { destinationIn, inInterfaceOf, interfaceFits, outInterfaceOf, sourceIn } from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import type { WalkState } from '../../walk/types.js';
import type { World } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import { leavesBy } from '../../walk/way-out.js';
import type { AddressRange } from '../types.js';
import type { MatchOf } from './match-of.js';

/** Whether the source or destination address is in the set. */
function addressIn(side: 'source' | 'destination', set: AddressSet): Test {
  return side === 'source' ? (state) => sourceIn(state, set) : (state) => destinationIn(state, set);
}

/** `-s` and `-d`. A prefix of the other family, or an invalid one, matches nothing. */
export function addressTest(match: MatchOf<'source' | 'destination'>, family: Family): Test {
  const isWanted = match.negated !== true;
  const masked = readMaskedAddress(match.prefix, family);
  if (masked === undefined) return () => !isWanted;
  const set = maskedSet(masked, family);
  const test = set === undefined ? scatteredTest(match, masked) : addressIn(match.kind, set);
  return isWanted ? test : negated(test);
}

/** For a mask with many gaps: such addresses cannot be represented as sets. */
function scatteredTest({ kind, prefix }: MatchOf<'source' | 'destination'>, masked: MaskedAddress): Test {
  const guess = unknown(`${kind} ${prefix}`, `the ${kind} is in ${prefix}`);
  return (state, world) => {
    const address = state[kind];
    return address === undefined ? guess(state, world) : contains(masked, address);
  };
}

function negated(test: Test): Test {
  return (state, world) => negate(test(state, world));
}

/** Returns a test for interface names: equal to the pattern, or beginning with it if it ends in `+`. */
export function nameFits(pattern: string): (name: string) => boolean {
  if (!pattern.endsWith('+')) return (name) => name === pattern;
  const start = pattern.slice(0, -1);
  return (name) => name.startsWith(start);
}

/** `-i` and `-o`. */
export function interfaceTest(match: MatchOf<'inInterface' | 'outInterface'>): Test {
  const fits = nameFits(match.name);
  const wanted = [{ name: match.name.replace(/\+$/, ''), isBeginning: match.name.endsWith('+') }];
  const test: Test =
    match.kind === 'inInterface'
      ? (state) => interfaceFits(state, fits)
      : (state, world) => leavesBy(wanted, state, world);
  return match.negated === true ? negated(test) : test;
}

/** `-m iprange`. */
export function rangeTest(match: MatchOf<'addressRange'>, family: Family): Test {
  const source = rangeCheck('source', match.source, family);
  const destination = rangeCheck('destination', match.destination, family);
  return (state, world) => both(source(state, world), () => destination(state, world));
}

function rangeCheck(side: 'source' | 'destination', range: AddressRange | undefined, family: Family): Test {
  if (range === undefined) return () => true;
  const from = readAddress(range.from);
  const to = readAddress(range.to);
  if (from === undefined || to === undefined) return () => false;
  const set = from.family === family ? addressSets.of([[from.value, to.value]]) : addressSets.none;
  return range.negated === true ? negated(addressIn(side, set)) : addressIn(side, set);
}

/** `-m addrtype`: both source and destination must have one of the listed types. */
export function addressTypeTest(match: MatchOf<'addressType'>): Test {
  const { limitInterface } = match;
  const side = (name: 'source' | 'destination', types: string | undefined, isNegated: boolean | undefined): Test => {
    if (types === undefined) return () => true;
    const names = types.split(',');
    return (state, world) => negateIf(isNegated, hasType(state, name, names, world, limitInterface));
  };
  const source = side('source', match.sourceType, match.sourceNegated);
  const destination = side('destination', match.destinationType, match.destinationNegated);
  return (state, world) => both(source(state, world), () => destination(state, world));
}

function hasType(
  state: WalkState,
  side: 'source' | 'destination',
  types: readonly string[],
  world: World,
  limit: 'in' | 'out' | undefined,
): Answer {
  const local = isLocal(state, side, world);
  if (isParting(local)) return local;
  if (typeof local !== 'boolean') {
    if (types.includes('LOCAL') && types.includes('UNICAST')) return true;
    if (!types.includes('LOCAL') && !types.includes('UNICAST')) return false;
    return negateIf(!types.includes('LOCAL'), local);
  }
  if (state.family === 'ipv6') {
    return world.ofAddress(state, side, `type ${types.join()} ${local}`, (address) => hasTypeV6(address, types, local));
  }
  const isHere = limit === undefined || !local ? local : isOnInterface(state, side, world, limit);
  if (isParting(isHere)) return isHere;
  const type = world.ofAddress(state, side, `type ${isHere}`, (address) => typeOf(address, isHere, world));
  return isParting(type) ? type : types.includes(type);
}

function isOnInterface(
  state: WalkState,
  side: 'source' | 'destination',
  world: World,
  limit: 'in' | 'out',
): boolean | Parting {
  const name = limit === 'out' ? outInterfaceOf(state) : inInterfaceOf(state);
  if (isParting(name)) return name;
  return world.ofAddress(state, side, `on ${name}`, (address) => world.host.isOnInterface(address, name));
}

function typeOf(address: TraceAddress, isHere: boolean, { host }: World): string {
  if (host.isBroadcast(address)) return 'BROADCAST';
  if (isMulticast(address)) return 'MULTICAST';
  return isHere ? 'LOCAL' : 'UNICAST';
}

/** In IPv6, a local address is also unicast, and every listed type must match (net/netfilter/xt_addrtype.c). */
function hasTypeV6(address: TraceAddress, types: readonly string[], isHere: boolean): boolean {
  return types.every((type) => {
    switch (type) {
      case 'LOCAL':
        return isHere;
      case 'UNICAST':
        return !isMulticast(address) && address.value !== 0n;
      case 'MULTICAST':
        return isMulticast(address);
      case 'UNSPEC':
        return address.value === 0n;
      default:
        return false;
    }
  });
}
