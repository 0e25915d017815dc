/** Converts statements to actions of the walk. */
import type { Family } from '../../net/address.js';
import { readNatRange } from '../../walk/nat.js';
import type { Action, PortSpan } from '../../walk/types.js';
import { expressionText } from '../print-expression.js';
import { statementText } from '../print-statement.js';
import type { Expression, NatStatement, Statement } from '../types.js';
import { numberOf, numbersOf } from './values.js';

/** `meta mark set …`, `ct mark set …`; other assignments are assumed to have no effect on later rules. */
export function assignAction({ target, value }: Extract<Statement, { kind: 'assign' }>): Action {
  const isOfPacket = target.kind === 'meta';
  if (isMark(target)) {
    const mark = changeOf(value, target);
    if (mark !== undefined) return { kind: isOfPacket ? 'mark' : 'connectionMark', mark };
    const copied = copyOf(value, isOfPacket);
    if (copied !== undefined) return copied;
  }
  const text = `${expressionText(target)} set ${expressionText(value)}`;
  // No later condition depends on these.
  if (target.kind === 'selector' || (isOfPacket && !isMark(target))) return { kind: 'observe' };
  return { kind: 'assume', text: `${text} changes nothing that rules match` };
}

/** `meta mark` or `ct mark`. */
export function isMark(target: Expression): boolean {
  return (target.kind === 'meta' || (target.kind === 'ct' && target.direction === undefined)) && target.key === 'mark';
}

const whole = 0xffffffff;

/** mark = (mark & ~mask) ^ value, for a constant or a bit operation on the mark itself. */
function changeOf(value: Expression, target: Expression): { value: number; mask: number } | undefined {
  if (value.kind === 'literal') {
    const number = numberOf(value);
    return number === undefined ? undefined : { value: number, mask: whole };
  }
  if (value.kind !== 'binary' || value.right.kind !== 'literal') return undefined;
  const bits = numberOf(value.right);
  if (bits === undefined) return undefined;
  const inner =
    expressionText(value.left) === expressionText(target) ? { value: 0, mask: 0 } : changeOf(value.left, target);
  if (inner === undefined) return undefined;
  switch (value.operator) {
    case '|':
      return { value: (inner.value & ~bits) | bits, mask: inner.mask | bits };
    case '&':
      return { value: inner.value & bits, mask: inner.mask | ~bits };
    case '^':
      return { value: inner.value ^ bits, mask: inner.mask };
    default:
      return undefined;
  }
}

/** `meta mark set ct mark`, `ct mark set meta mark`, with or without `& mask`. */
function copyOf(value: Expression, isOfPacket: boolean): Action | undefined {
  const bits =
    value.kind === 'binary' && value.operator === '&' && value.right.kind === 'literal' ? numberOf(value.right) : whole;
  const from = value.kind === 'binary' ? value.left : value;
  if (bits === undefined) return undefined;
  if (isOfPacket && from.kind === 'ct' && from.key === 'mark')
    return { kind: 'restoreMark', packetMask: whole, connectionMask: bits };
  if (!isOfPacket && from.kind === 'meta' && from.key === 'mark')
    return { kind: 'saveMark', packetMask: bits, connectionMask: whole };
  return undefined;
}

/** NAT to an address and port that the statement itself contains. */
export function natAction(statement: NatStatement, family: Family): Action {
  const { kind, address, port, prefix } = statement;
  if (kind === 'masquerade') return { kind };
  if (kind === 'redirect') return { kind, ports: port === undefined ? undefined : spanOf(port) };
  if (prefix === true && address?.kind === 'prefix') return { kind: 'prefixNat', prefix: expressionText(address) };
  if (!isPlain(address) || !isPlain(port))
    return { kind: 'assume', text: `${statementText(statement)}, which kubechains does not support, changes nothing` };
  return toPlace(kind, address, port, family);
}

function isPlain(expression: Expression | undefined): boolean {
  return expression === undefined || ['literal', 'range'].includes(expression.kind);
}

/** NAT to an address, a port or both; a map may contain both in one value: `10.0.0.1 . 80`. */
function toPlace(
  kind: 'snat' | 'dnat',
  address: Expression | undefined,
  port: Expression | undefined,
  family: Family,
): Action {
  const text = placeText(address, port);
  return { kind: kind === 'dnat' ? 'destinationNat' : 'sourceNat', range: readNatRange(text, family), text };
}

function placeText(address: Expression | undefined, port: Expression | undefined): string {
  const end = port === undefined ? '' : `:${expressionText(port)}`;
  if (address === undefined) return end;
  const text = expressionText(address);
  return text.includes(':') && end !== '' ? `[${text}]${end}` : text + end;
}

/** The ports in a map's data or in a statement. */
export function spanOf(port: Expression): PortSpan | undefined {
  const range = numbersOf(port, new Map());
  return range === undefined ? undefined : { from: range[0], to: range[1] };
}
