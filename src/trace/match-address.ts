/** Conditions on addresses, interfaces and what the routing table says of addresses. */
import type { AddressRange } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { contains, isMulticast, readAddress, readMaskedAddress, type TraceAddress } from './address.js';
import type { Test } from './chain.js';
import { negateIf, type Answer, type Doubt } from './doubt.js';
import type { HostModel } from './host.js';
import { assume, factOf, type MatchOf, type WalkState } from './state.js';

/** `-s` and `-d`. A prefix of the other family, or a text that is none, matches nothing. */
export function addressTest(match: MatchOf<'source' | 'destination'>, family: Family): Test {
  const masked = readMaskedAddress(match.prefix, family);
  const wanted = match.negated !== true;
  if (masked === undefined) return () => !wanted;
  if (match.kind === 'source') return (state) => contains(masked, state.source) === wanted;
  return (state) => contains(masked, state.destination) === wanted;
}

/** `-i` and `-o`: a name, or the beginning of one with `+`. */
export function interfaceTest(match: MatchOf<'inInterface' | 'outInterface'>): Test {
  const { name } = match;
  const wanted = match.negated !== true;
  const fits = name.endsWith('+')
    ? (actual: string) => actual.startsWith(name.slice(0, -1))
    : (actual: string) => actual === name;
  if (match.kind === 'inInterface') return (state) => fits(state.inInterface ?? '') === wanted;
  return (state) => {
    if (!state.outIsCertain && state.outInterface !== undefined) {
      assume(state, `${state.destination.text} is reached by ${state.outInterface}, as no interface's subnet holds it`);
    }
    return fits(state.outInterface ?? '') === wanted;
  };
}

/** `-m iprange`. */
export function rangeTest(match: MatchOf<'addressRange'>): Test {
  const source = rangeCheck(match.source);
  const destination = rangeCheck(match.destination);
  return (state) => source(state.source) && destination(state.destination);
}

function rangeCheck(range: AddressRange | undefined): (address: TraceAddress) => boolean {
  if (range === undefined) return () => true;
  const from = readAddress(range.from);
  const to = readAddress(range.to);
  if (from === undefined || to === undefined) return () => false;
  return ({ family, value }) =>
    (family === from.family && value >= from.value && value <= to.value) !== (range.negated === true);
}

/** `-m addrtype`: both sides must be of one of their types. */
export function addressTypeTest(match: MatchOf<'addressType'>, host: HostModel): Test {
  const { limitInterface } = match;
  const side = (
    types: string | undefined,
    negated: boolean | undefined,
    pick: (state: WalkState) => TraceAddress,
  ): Test => {
    if (types === undefined) return () => true;
    const names = types.split(',');
    return (state) => negateIf(negated, hasType(pick(state), names, state, host, limitInterface));
  };
  const source = side(match.sourceType, match.sourceNegated, (state) => state.source);
  const destination = side(match.destinationType, match.destinationNegated, (state) => state.destination);
  return (state) => {
    const first = source(state);
    if (first === false) return false;
    const second = destination(state);
    return first === true || second === false ? second : first;
  };
}

function hasType(
  address: TraceAddress,
  types: readonly string[],
  state: WalkState,
  host: HostModel,
  limit: 'in' | 'out' | undefined,
): Answer {
  const local = isLocal(address, state, host);
  if (typeof local !== 'boolean')
    return types.includes('LOCAL') || types.includes('UNICAST') ? localOr(local, types) : false;
  if (address.family === 'ipv6') return hasTypeV6(address, types, local);
  const name = limit === 'in' ? state.inInterface : state.outInterface;
  const isHere = limit === undefined ? local : local && host.isOnInterface(address, name ?? '');
  return types.includes(typeOf(address, isHere, host));
}

function localOr(doubt: Doubt, types: readonly string[]): Answer {
  if (types.includes('LOCAL') && types.includes('UNICAST')) return true;
  return negateIf(!types.includes('LOCAL'), doubt);
}

function typeOf(address: TraceAddress, isLocal: boolean, host: HostModel): string {
  if (host.isBroadcast(address)) return 'BROADCAST';
  if (isMulticast(address)) return 'MULTICAST';
  return isLocal ? 'LOCAL' : 'UNICAST';
}

/** In IPv6 a local address is unicast too, and every type that is asked for must fit (net/netfilter/xt_addrtype.c). */
function hasTypeV6(address: TraceAddress, types: readonly string[], isLocal: boolean): boolean {
  return types.every((type) => {
    switch (type) {
      case 'LOCAL':
        return isLocal;
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

/** Whether an address is the node's own, as far as the facts, the packet's origin and this branch say. */
export function isLocal(address: TraceAddress, state: WalkState, host: HostModel): boolean | Doubt {
  const known = host.isLocal(address);
  if (known !== undefined) return known;
  const key = `local ${address.text}`;
  const before = factOf(state, key);
  if (before !== undefined) return before;
  if (address.text === state.question.source.text) return state.question.inInterface === undefined;
  if (address.text !== state.question.destination.text) {
    assume(state, "what rules rewrite destinations to are not the node's own addresses");
    return false;
  }
  return {
    kind: 'unknown',
    key,
    weight: 0.5,
    metWhen: true,
    ifMet: `${address.text} is an address of the node`,
    ifMissed: `${address.text} is not an address of the node`,
  };
}
