/** Describes the conditions of nftables rules. */
import type { Expression, MatchStatement } from '../../nftables/types.js';
import { addressTypes, interfaceWords, protocolWords, stateWords } from '../words/matches.js';
import { plain } from '../words/plain.js';
import { keyWords } from './key-words.js';
import { operandWords, shown, valuesOf, valueWords } from './operands.js';
import { joinWords } from '../../diagnostics/words.js';
import { partsOf } from '../../nftables/constants.js';
import { hex } from '../../iptables/print/text.js';

/** A verb phrase about the packet: `comes from 10.0.0.0/8`. Conditions that are not understood are quoted. */
export function matchWords(match: MatchStatement): string {
  const { left } = match;
  if (match.mask === undefined) {
    switch (left.kind) {
      case 'payload':
        return payloadWords(left.protocol, left.field, match) ?? otherWords(match);
      case 'meta':
        return metaWords(left.key, match) ?? otherWords(match);
      case 'ct':
        return (left.direction === undefined ? connectionWords(left.key, match) : undefined) ?? otherWords(match);
      case 'fib':
        return fibWords(left.selectors, left.result, match) ?? otherWords(match);
      case 'binary':
        return markWords(match) ?? maskedFlags(match) ?? otherWords(match);
      case 'concatenation':
        return concatenationWords(match);
      default:
        return otherWords(match);
    }
  }
  return otherWords(match);
}

function isNegated({ operator }: MatchStatement): boolean {
  return operator === '!=' || operator === '!';
}

/** The verb for a condition and for its negation. */
function verb(match: MatchStatement, positive: string, negative: string): string {
  return isNegated(match) ? negative : positive;
}

function isEquality({ operator }: MatchStatement): boolean {
  return operator === undefined || operator === '==' || operator === '!=';
}

function payloadWords(protocol: string, field: string, match: MatchStatement): string | undefined {
  if (!isEquality(match)) return undefined;
  const { right } = match;
  switch (`${protocol} ${field}`) {
    case 'ip saddr':
    case 'ip6 saddr':
      return `${verb(match, 'comes', 'does not come')} from ${operandWords(right, 'an address')}`;
    case 'ip daddr':
    case 'ip6 daddr':
      return `${verb(match, 'goes', 'does not go')} to ${operandWords(right, 'an address')}`;
    case 'ip protocol':
    case 'ip6 nexthdr':
      return `${verb(match, 'is', 'is not')} ${operandWords(right, 'of a protocol', protocolOf)}`;
    case 'icmp type':
    case 'icmpv6 type':
      return `${verb(match, 'is', 'is not')} ${protocol === 'icmp' ? 'ICMP' : 'ICMPv6'} of ${operandWords(right, 'a type').replace(/^(?!a type|one of)/, 'type ')}`;
    case 'ether saddr':
      return `${verb(match, 'comes', 'does not come')} from the hardware address ${operandWords(right, 'one')}`;
    default:
      return field === 'sport' || field === 'dport' ? portWords(protocol, field, match) : undefined;
  }
}

/** `th` is any transport protocol. */
function portWords(protocol: string, field: 'sport' | 'dport', match: MatchStatement): string {
  const [first] = valuesOf(match.right);
  const single = match.right.kind === 'literal' || (first?.kind === 'literal' && valuesOf(match.right).length === 1);
  const ports = operandWords(match.right, 'a port').replace(/^(?!a port)/, single ? 'port ' : 'ports ');
  const side = field === 'sport' ? 'from' : 'to';
  if (protocol === 'th')
    return `${verb(match, 'goes', 'does not go')} ${side} ${ports}`.replace('goes from', 'comes from');
  return `is ${protocolWords(protocol)} ${isNegated(match) ? 'not ' : ''}${side} ${ports}`;
}

/** A protocol by name. */
function protocolOf(value: Expression): string {
  return value.kind === 'literal' ? protocolWords(value.text) : shown(value);
}

function metaWords(key: string, match: MatchStatement): string | undefined {
  if (!isEquality(match)) return undefined;
  const { right } = match;
  const interfaces = operandWords(right, 'an interface', (value) =>
    interfaceWords(valueWords(value).replace(/\*$/, '+')),
  );
  switch (key) {
    case 'l4proto':
      return `${verb(match, 'is', 'is not')} ${operandWords(right, 'of a protocol', protocolOf)}`;
    case 'nfproto':
    case 'protocol':
      return `${verb(match, 'is', 'is not')} ${operandWords(right, 'of a family', (value) => ipWords(valueWords(value)))}`;
    case 'iif':
    case 'iifname':
      return `${verb(match, 'came', 'did not come')} in through ${interfaces}`;
    case 'oif':
    case 'oifname':
      return `${verb(match, 'leaves', 'does not leave')} through ${interfaces}`;
    case 'mark':
      return `${verb(match, 'has', 'does not have')} ${operandWords(right, 'a mark', markValue).replace(/^(?!a mark|one of)/, 'the mark ')}`;
    case 'pkttype':
      return `${verb(match, 'is', 'is not')} addressed as ${operandWords(right, 'one')}`;
    case 'skuid':
      return `${verb(match, 'was', 'was not')} sent by a process of user ${operandWords(right, 'one')}`;
    case 'skgid':
      return `${verb(match, 'was', 'was not')} sent by a process of group ${operandWords(right, 'one')}`;
    default:
      return undefined;
  }
}

function ipWords(name: string): string {
  return name === 'ipv4' || name === 'ip' ? 'IPv4' : name === 'ipv6' || name === 'ip6' ? 'IPv6' : name;
}

function markValue(value: Expression): string {
  return value.kind === 'literal' && /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(value.text)
    ? hex(Number(value.text))
    : valueWords(value);
}

/** `ct state`, `ct status`, `ct mark`: conditions on the connection. */
function connectionWords(key: string, match: MatchStatement): string | undefined {
  if (match.right.kind === 'setReference') return undefined;
  if (key === 'status' && shown(match.right) === 'dnat')
    return `belongs to a connection with ${isNegated(match) ? 'an unchanged' : 'a rewritten'} destination`;
  if (key === 'state' || key === 'status')
    return stateWords(
      valuesOf(match.right).map((value) => valueWords(value).toUpperCase()),
      isNegated(match),
    );
  if (key !== 'mark' || !isEquality(match)) return undefined;
  return `belongs to a connection that ${verb(match, 'has', 'does not have')} ${operandWords(match.right, 'a mark', markValue).replace(/^(?!a mark|one of)/, 'the mark ')}`;
}

/** The type of an address according to the node's routes. */
function fibWords(selectors: readonly string[], result: string, match: MatchStatement): string | undefined {
  const [side] = selectors;
  if (result === 'type' && (side === 'saddr' || side === 'daddr')) {
    const types = operandWords(
      match.right,
      'an address of a kind',
      (value) => addressTypes[valueWords(value).toUpperCase()] ?? valueWords(value),
    );
    const limited = selectors.includes('iif')
      ? ' (on the incoming interface)'
      : selectors.includes('oif')
        ? ' (on the outgoing interface)'
        : '';
    const going =
      side === 'saddr' ? verb(match, 'comes from', 'does not come from') : verb(match, 'goes to', 'does not go to');
    return `${going} ${types}${limited}`;
  }
  return result === 'oif' && side === 'saddr' && selectors.includes('iif') && shown(match.right) === '0'
    ? `came in through ${isNegated(match) ? 'an' : 'no'} interface that leads back to its source`
    : undefined;
}

/** `meta mark & 0x4000 != 0`: whether one of the bits is set; `meta mark & 0xff == 0x1`. */
function markWords({ left, operator, right }: MatchStatement): string | undefined {
  if (left.kind !== 'binary' || left.operator !== '&' || left.right.kind !== 'literal' || right.kind !== 'literal')
    return undefined;
  const inner = left.left;
  const isMark = (inner.kind === 'meta' || inner.kind === 'ct') && inner.key === 'mark';
  const [bits, value] = [Number(left.right.text), Number(right.text)];
  if (!isMark || Number.isNaN(bits) || Number.isNaN(value)) return undefined;
  const isNot = operator === '!=' || operator === '!';
  const isBit = value === 0 || (value === bits && (bits & (bits - 1)) === 0);
  const bears = isBit ? (value === 0) === isNot : !isNot;
  const mark = isBit || value === bits ? hex(bits) : `${hex(value)}/${hex(bits)}`;
  const who = inner.kind === 'ct' ? 'belongs to a connection that ' : '';
  return `${who}${bears ? 'has' : 'does not have'} the mark ${mark}`;
}

/** `ip saddr . tcp dport @allowed`, or a list of such keys. */
function concatenationWords(match: MatchStatement): string {
  const { left, right } = match;
  const columns = partsOf(left);
  const key = joinWords(columns.map(keyWords));
  const set = right.kind === 'setReference' ? `the set ${plain(right.name)}` : operandWords(right, 'one');
  return `${verb(match, 'has', 'does not have')} its ${key} ${right.kind === 'setReference' ? 'in' : 'equal to'} ${set}`;
}

function otherWords(match: MatchStatement): string {
  const { left, operator, right, mask } = match;
  const text = [
    shown(left),
    ...(operator === undefined ? [] : [operator]),
    shown(right),
    ...(mask === undefined ? [] : ['/', shown(mask)]),
  ].join(' ');
  return tcpFlags(match) ?? `meets the condition "${plain(text)}"`;
}

/** `tcp flags & (fin | syn | rst | ack) == syn`, nft's notation since 1.0.1. */
function maskedFlags({ left, operator, right }: MatchStatement): string | undefined {
  if (left.kind !== 'binary' || left.operator !== '&') return undefined;
  const mask: MatchStatement = {
    kind: 'match',
    left: left.left,
    right: flagList(right),
    mask: flagList(left.right),
    ...(operator === '!=' ? { operator } : {}),
  };
  return tcpFlags(mask);
}

/** `fin | syn` as a list. */
function flagList(flags: Expression): Expression {
  return flags.kind === 'binary' && flags.operator === '|'
    ? { kind: 'list', items: [...valuesOf(flagList(flags.left)), flags.right] }
    : flags;
}

/** `tcp flags syn / fin,syn,rst,ack`: opens a connection. */
function tcpFlags({ left, operator, right, mask }: MatchStatement): string | undefined {
  if (left.kind !== 'payload' || left.protocol !== 'tcp' || left.field !== 'flags') return undefined;
  const flags = (operand: Expression): string => joinWords(valuesOf(operand).map(valueWords));
  const isNot = operator === '!=' || operator === '!';
  if (mask === undefined) return `is TCP with ${isNot ? 'none' : 'one'} of the flags ${flags(right)}`;
  const opens = shown(right) === 'syn' && flags(mask) === 'fin, syn, rst and ack';
  if (opens) return isNot ? 'is TCP not opening a connection' : 'is TCP opening a connection (SYN)';
  return `is TCP ${isNot ? 'not ' : ''}with ${shown(right) === '0x0' ? 'none' : flags(right)} of the flags ${flags(mask)}`;
}
