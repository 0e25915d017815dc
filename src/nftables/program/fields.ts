/** Fields of packets that rules can test. */
import type { Family } from '../../net/address.js';
import { expressionText } from '../print-expression.js';
import type { Expression } from '../types.js';
import { ctDirectedField, ctField } from './ct-field.js';
import { fibField } from './fib-field.js';
import { all, numberField, type Field, type Selector } from './field.js';
import { metaField } from './meta-field.js';
import { payloadField } from './payload-field.js';
import { bitsOf, flagsOfFirst } from './tcp-flags.js';
import { numberOf } from './values.js';

/** The field of a selector; undefined if the walk does not track it. */
export function fieldOf(selector: Selector, family: Family): Field | undefined {
  switch (selector.kind) {
    case 'payload':
      return payloadField(selector, family);
    case 'meta':
      return metaField(selector.key, family);
    case 'ct':
      return selector.direction === undefined ? ctField(selector.key, family) : ctDirectedField(selector, family);
    case 'fib':
      return fibField(selector);
    case 'binary':
      return maskedField(selector);
    default:
      return undefined;
  }
}

/** `meta mark & 0x4000`, `ct mark & …`, `tcp flags & (fin | syn)`. */
function maskedField({ operator, left, right }: Selector & { kind: 'binary' }): Field | undefined {
  if (operator !== '&') return undefined;
  if (left.kind === 'payload' && left.protocol === 'tcp' && left.field === 'flags') {
    const mask = bitsOf(right);
    if (mask === undefined) return undefined;
    return {
      oneOf: (values) => {
        const bits = all(values, bitsOf);
        return bits === undefined ? undefined : () => bits.includes(flagsOfFirst(mask));
      },
    };
  }
  const mask = right.kind === 'literal' ? numberOf(right) : undefined;
  if (mask === undefined) return undefined;
  if (left.kind === 'meta' && left.key === 'mark') return numberField(({ mark }) => (mark & mask) >>> 0);
  if (left.kind === 'ct' && left.key === 'mark' && left.direction === undefined)
    return numberField(({ connectionMark }) => (connectionMark & mask) >>> 0);
  return undefined;
}

/** A key for a condition that no input decides. */
export function questionText(left: Expression, right: Expression): string {
  return `${expressionText(left)} ${expressionText(right)}`;
}
