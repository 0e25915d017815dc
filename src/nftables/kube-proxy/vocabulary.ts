/** Short constructors for the expressions and statements that kube-proxy uses. */
import type { Family } from '../../net/address.js';
import type { Constant, Expression, MatchStatement, SetElement, Statement, Verdict } from '../types.js';

/** nft's keywords for one IP family. */
export interface FamilyWords {
  /** For tables and for header fields. */
  readonly header: 'ip' | 'ip6';
  readonly addressType: 'ipv4_addr' | 'ipv6_addr';
}

export const familyWords: Readonly<Record<Family, FamilyWords>> = {
  ipv4: { header: 'ip', addressType: 'ipv4_addr' },
  ipv6: { header: 'ip6', addressType: 'ipv6_addr' },
};

export function literal(text: string | number): Constant {
  return { kind: 'literal', text: String(text) };
}

/** `10.0.0.0/8`, or an address. */
export function addresses(text: string): Expression {
  const slash = text.indexOf('/');
  if (slash < 0) return literal(text);
  return { kind: 'prefix', address: literal(text.slice(0, slash)), length: Number(text.slice(slash + 1)) };
}

export function meta(key: string): Expression {
  return { kind: 'meta', key };
}

export function payload(protocol: string, field: string): Expression {
  return { kind: 'payload', protocol, field };
}

export function concatenation(...parts: readonly Expression[]): Expression {
  return { kind: 'concatenation', parts };
}

export function named(name: string): Extract<Expression, { kind: 'setReference' }> {
  return { kind: 'setReference', name };
}

export function anonymousSet(elements: readonly SetElement[]): Extract<Expression, { kind: 'anonymousSet' }> {
  return { kind: 'anonymousSet', elements };
}

export function match(left: Expression, right: Expression): MatchStatement {
  return { kind: 'match', left, right };
}

export function matchNot(left: Expression, right: Expression): MatchStatement {
  return { kind: 'match', left, operator: '!=', right };
}

export function jump(chain: string): Verdict {
  return { kind: 'jump', chain };
}

export function goto(chain: string): Verdict {
  return { kind: 'goto', chain };
}

/** The transport protocol of the packet and its destination port, for any protocol. */
export const protocolAndPort: readonly Expression[] = [meta('l4proto'), payload('th', 'dport')];

export const isNew = match({ kind: 'ct', key: 'state' }, literal('new'));

/** The address on `side` belongs to the node. */
export function isOwn(side: 'saddr' | 'daddr'): MatchStatement {
  return match({ kind: 'fib', selectors: [side], result: 'type' }, literal('local'));
}

export const reject: Statement = { kind: 'reject' };
export const masquerade: Statement = { kind: 'masquerade', flags: ['fully-random'] };

const mark = meta('mark');
const zero = literal('0x00000000');

function markText(value: number): Constant {
  return literal(`0x${value.toString(16).padStart(8, '0')}`);
}

/** `mark and MARK != 0` */
export function isMarked(value: number): MatchStatement {
  return matchNot({ kind: 'binary', operator: '&', left: mark, right: markText(value) }, zero);
}

/** `mark and MARK == 0` */
export function isNotMarked(value: number): MatchStatement {
  return {
    kind: 'match',
    left: { kind: 'binary', operator: '&', left: mark, right: markText(value) },
    operator: '==',
    right: zero,
  };
}

export function setMark(value: number): Statement {
  return {
    kind: 'assign',
    target: mark,
    value: { kind: 'binary', operator: '|', left: mark, right: markText(value) },
  };
}

export function toggleMark(value: number): Statement {
  return {
    kind: 'assign',
    target: mark,
    value: { kind: 'binary', operator: '^', left: mark, right: markText(value) },
  };
}

const numbers: Constant[] = [];

/** Small numbers are cached. */
function numberAt(index: number): Constant {
  return (numbers[index] ??= literal(index));
}

/** `numgen random mod N` with the value for each number. */
export function randomly(values: readonly (Expression | Verdict)[]): {
  readonly key: Expression;
  readonly map: Extract<Expression, { kind: 'anonymousSet' }>;
} {
  return {
    key: { kind: 'numgen', mode: 'random', modulus: values.length },
    map: anonymousSet(values.map((value, index) => ({ key: numberAt(index), value }))),
  };
}
