/** Fields of packets that rules can test. */
import type { Family } from '../../net/address.js';
import { expressionText } from '../print-expression.js';
import type { Expression } from '../types.js';
import { ctDirectedField, ctField } from './ct-field.js';
import { fibField } from './fib-field.js';
import type { Field, Selector } from './field.js';
import { metaField } from './meta-field.js';
import { payloadField } from './payload-field.js';

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
      return selector.operator === '&' ? fieldOf(selector.left, family)?.masked?.(selector.right) : undefined;
    default:
      return undefined;
  }
}

/** A key for a condition that no input decides. */
export function questionText(left: Expression, right: Expression): string {
  return `${expressionText(left)} ${expressionText(right)}`;
}
