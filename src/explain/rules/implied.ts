/**
 * Tests whether a packet that meets some conditions certainly meets others. If uncertain, the answer is no. Conditions
 * that are not understood, or that depend on chance, a clock or a counter, are never implied.
 */
import type { ConntrackState, Match, PortMatch, PortRange } from '../../iptables/types.js';
import { parsePrefixOrAddress, prefixContains } from '../../net/address.js';
import { memoized } from '../../diagnostics/memoized.js';

/** The conditions of one rule are compared with each other; with more than this, the answer is no. */
export const mostMatches = 48;
/** iptables accepts 15 ports. */
const mostPorts = 64;

/** Whether all packets that meet `these` meet `condition`. */
function implies(these: readonly Match[], condition: Match): boolean {
  if (isAlwaysMet(condition)) return true;
  if (!isFixed(condition)) return false;
  return these.some((one) => impliesOne(one, condition, these));
}

/** Whether all packets that meet `these` meet each of `conditions`. */
export function impliesAll(these: readonly Match[], conditions: readonly Match[]): boolean {
  if (these.length > mostMatches || conditions.length > mostMatches) return false;
  return conditions.every((condition) => implies(these, condition));
}

/** Conditions that every packet meets, including rules that count or record. */
export function isAlwaysMet(match: Match): boolean {
  switch (match.kind) {
    case 'comment':
    case 'nfacct':
      return true;
    case 'recent':
      return match.action === 'set' && match.negated !== true;
    case 'source':
    case 'destination':
      return match.negated !== true && prefixOf(match)?.length === 0;
    case 'protocol':
      return match.negated !== true && (match.protocol === 'all' || match.protocol === '0');
    default:
      return false;
  }
}

/**
 * Modules that give the same packet the same answer each time. `nft`: conditions of nftables that iptables does not
 * have.
 */
const fixedModules: ReadonlySet<string> = new Set([
  'owner',
  'policy',
  'rpfilter',
  'length',
  'string',
  'devgroup',
  'nft',
]);

/** Whether testing the same unchanged packet twice gives the same answer. */
function isFixed(match: Match): boolean {
  switch (match.kind) {
    case 'statistic':
    case 'statisticNth':
    case 'recent':
    case 'other':
      return false;
    case 'module':
      return fixedModules.has(match.module);
    default:
      return true;
  }
}

/** Conditions with an answer that a rule in between may change, and what would change it. */
export function changeableBy(match: Match): 'mark' | 'connection' | 'set' | undefined {
  switch (match.kind) {
    case 'mark':
    case 'connectionMark':
      return 'mark';
    case 'state':
    case 'conntrackState':
    case 'conntrack':
      return 'connection';
    case 'set':
      return 'set';
    default:
      return undefined;
  }
}

function impliesOne(known: Match, wanted: Match, these: readonly Match[]): boolean {
  switch (wanted.kind) {
    case 'source':
    case 'destination':
      return known.kind === wanted.kind && prefixImplies(known, wanted);
    case 'protocol':
      return known.kind === 'protocol' && protocolImplies(known, wanted);
    case 'inInterface':
    case 'outInterface':
      return known.kind === wanted.kind && interfaceImplies(known, wanted);
    default:
      return impliesByParts(known, wanted, these) || isEqual(known, wanted);
  }
}

/** Whether a condition implies another one that is not equal but wider. */
function impliesByParts(known: Match, wanted: Match, these: readonly Match[]): boolean {
  switch (wanted.kind) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return isOfProtocol(known, wanted.kind) && portsImply(these, wanted);
    case 'multiport':
      return (
        wanted.negated !== true &&
        wanted.side !== 'either' &&
        wanted.ports.length <= mostPorts &&
        sideImplies(known, wanted.side, wanted.ports)
      );
    case 'state':
    case 'conntrackState':
      return wanted.negated !== true && statesImply(statesOf(known), wanted.states);
    case 'icmp':
    case 'icmp6':
      return known.kind === wanted.kind && wanted.negated !== true && icmpImplies(known, wanted);
    default:
      return false;
  }
}

function isEqual(a: Match, b: Match): boolean {
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}

type AddressMatch = Match & { readonly kind: 'source' | 'destination' };

/** The network in a condition, parsed once; undefined if it is invalid. */
export const prefixOf = memoized(({ prefix }: AddressMatch) => parsePrefixOrAddress(prefix));

function prefixImplies(known: AddressMatch, wanted: AddressMatch): boolean {
  const [inner, outer] = [prefixOf(known), prefixOf(wanted)];
  if (inner === undefined || inner.family !== outer?.family) return false;
  const isWithin = inner.length >= outer.length && prefixContains(outer, inner);
  if (known.negated !== true && wanted.negated !== true) return isWithin;
  const contains = outer.length >= inner.length && prefixContains(inner, outer);
  if (known.negated === true) return wanted.negated === true && contains;
  return !isWithin && !contains;
}

type ProtocolMatch = Match & { readonly kind: 'protocol' };

function protocolImplies(known: ProtocolMatch, wanted: ProtocolMatch): boolean {
  const isSame = known.protocol === wanted.protocol;
  if (known.negated === true) return wanted.negated === true && isSame;
  // Rules written by other programs than iptables-save may contain both the name and the number of a protocol.
  const isNamed = /^[a-z]/.test(known.protocol) === /^[a-z]/.test(wanted.protocol);
  return wanted.negated === true ? !isSame && isNamed && known.protocol !== 'all' : isSame;
}

type InterfaceMatch = Match & { readonly kind: 'inInterface' | 'outInterface' };

function interfaceImplies(known: InterfaceMatch, wanted: InterfaceMatch): boolean {
  if (known.negated === true) return wanted.negated === true && nameImplies(wanted.name, known.name);
  return wanted.negated === true ? areApart(known.name, wanted.name) : nameImplies(known.name, wanted.name);
}

/** Whether every interface that matches one pattern matches the other; a `+` at the end matches anything. */
function nameImplies(known: string, wanted: string): boolean {
  if (!wanted.endsWith('+')) return known === wanted;
  return known.startsWith(wanted.slice(0, -1));
}

/** Whether no interface matches both names. */
export function areApart(first: string, second: string): boolean {
  const [a, b] = [first.replace(/\+$/, ''), second.replace(/\+$/, '')];
  if (first.endsWith('+') && second.endsWith('+')) return !a.startsWith(b) && !b.startsWith(a);
  if (first.endsWith('+')) return !b.startsWith(a);
  return second.endsWith('+') ? !a.startsWith(b) : a !== b;
}

function isOfProtocol(known: Match, protocol: string): boolean {
  return known.kind === 'protocol' && known.negated !== true && known.protocol === protocol;
}

/** All conditions of `-m tcp` other than the protocol. */
function portsImply(these: readonly Match[], wanted: PortMatch): boolean {
  const { sourcePort, destinationPort } = wanted;
  if (wanted.flags !== undefined || wanted.option !== undefined || wanted.chunkTypes !== undefined) return false;
  if (wanted.sourcePortNegated === true || wanted.destinationPortNegated === true) return false;
  return (
    (sourcePort === undefined || these.some((one) => sideImplies(one, 'source', [sourcePort]))) &&
    (destinationPort === undefined || these.some((one) => sideImplies(one, 'destination', [destinationPort])))
  );
}

function sideImplies(known: Match, side: 'source' | 'destination', wanted: readonly PortRange[]): boolean {
  const ports = portsOf(known, side);
  return ports?.every(({ from, to }) => wanted.some((range) => range.from <= from && to <= range.to)) === true;
}

/** The ports that a condition allows as source or destination; undefined if it restricts none. */
export function portsOf(match: Match, side: 'source' | 'destination'): readonly PortRange[] | undefined {
  if (match.kind === 'multiport')
    return match.side === side && match.negated !== true && match.ports.length <= mostPorts ? match.ports : undefined;
  if (match.kind !== 'tcp' && match.kind !== 'udp' && match.kind !== 'sctp') return undefined;
  const range = side === 'source' ? match.sourcePort : match.destinationPort;
  const isNegated = side === 'source' ? match.sourcePortNegated : match.destinationPortNegated;
  return range === undefined || isNegated === true ? undefined : [range];
}

/** The connection states that a condition allows; undefined if it is about something else. */
export function statesOf(match: Match): readonly ConntrackState[] | undefined {
  return (match.kind === 'state' || match.kind === 'conntrackState') && match.negated !== true
    ? match.states
    : undefined;
}

function statesImply(known: readonly ConntrackState[] | undefined, wanted: readonly ConntrackState[]): boolean {
  return known?.every((state) => wanted.includes(state)) === true;
}

type IcmpMatch = Match & { readonly kind: 'icmp' | 'icmp6' };

function icmpImplies(known: IcmpMatch, wanted: IcmpMatch): boolean {
  if (wanted.type === undefined) return true;
  return known.negated !== true && known.type === wanted.type && wanted.codes === undefined;
}
