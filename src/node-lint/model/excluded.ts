/** Tests whether conditions exclude each other, so that no packet meets both. If uncertain, the answer is no. */
import type { ConntrackState, Match, PortRange } from '../../iptables/types.js';
import { prefixContains } from '../../net/address.js';
import { areApart, changeableBy, portsOf, prefixOf, statesOf } from '../../explain/rules/implied.js';

/** Whether no packet meets both. */
export function excludes(first: Match, second: Match): boolean {
  return (
    addressesExclude(first, second) ||
    protocolsExclude(first, second) ||
    (['source', 'destination'] as const).some((side) => portsExclude(portsOf(first, side), portsOf(second, side))) ||
    statesExclude(statesOf(first), statesOf(second)) ||
    namesExclude(first, second) ||
    isOpposite(first, second)
  );
}

function addressesExclude(first: Match, second: Match): boolean {
  if ((first.kind !== 'source' && first.kind !== 'destination') || second.kind !== first.kind) return false;
  const [a, b] = [prefixOf(first), prefixOf(second)];
  if (a === undefined || a.family !== b?.family) return false;
  const [isInB, isInA] = [a.length >= b.length && prefixContains(b, a), b.length >= a.length && prefixContains(a, b)];
  if (first.negated === true) return second.negated !== true && isInA;
  return second.negated === true ? isInB : !isInA && !isInB;
}

function protocolsExclude(first: Match, second: Match): boolean {
  if (first.kind !== 'protocol' || second.kind !== 'protocol') return false;
  const isSame = first.protocol === second.protocol;
  if (first.negated === true || second.negated === true)
    return isSame && first.negated !== second.negated && first.protocol !== 'all';
  const isNamed = /^[a-z]/.test(first.protocol) === /^[a-z]/.test(second.protocol);
  return !isSame && isNamed && first.protocol !== 'all' && second.protocol !== 'all' && !areIcmp6(first, second);
}

/** `icmpv6` and `ipv6-icmp` are the same protocol. */
function areIcmp6(...matches: readonly (Match & { readonly kind: 'protocol' })[]): boolean {
  return matches.every(({ protocol }) => /^(?:icmpv6|ipv6-icmp|icmp6)$/.test(protocol));
}

function portsExclude(first: readonly PortRange[] | undefined, second: readonly PortRange[] | undefined): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    first.every((a) => second.every((b) => a.to < b.from || b.to < a.from))
  );
}

/** SNAT and DNAT can apply in addition to another state. */
function statesExclude(
  first: readonly ConntrackState[] | undefined,
  second: readonly ConntrackState[] | undefined,
): boolean {
  if (first === undefined || second === undefined) return false;
  return (
    ![...first, ...second].some((state) => state === 'SNAT' || state === 'DNAT') &&
    !first.some((state) => second.includes(state))
  );
}

function namesExclude(first: Match, second: Match): boolean {
  if ((first.kind !== 'inInterface' && first.kind !== 'outInterface') || second.kind !== first.kind) return false;
  return first.negated !== true && second.negated !== true && areApart(first.name, second.name);
}

/** The same condition with and without `!`, if nothing in between changes its answer. */
function isOpposite(first: Match, second: Match): boolean {
  const kinds = ['addressType', 'mac', 'packetType', 'physdevIsIn', 'inInterface', 'outInterface'];
  if (first.kind !== second.kind || !kinds.includes(first.kind) || changeableBy(first) !== undefined) return false;
  if (!('negated' in first) && !('negated' in second)) return false;
  const plain = (match: Match): string => JSON.stringify({ ...match, negated: undefined });
  const isNegated = (match: Match): boolean => 'negated' in match && match.negated;
  return plain(first) === plain(second) && isNegated(first) !== isNegated(second);
}
