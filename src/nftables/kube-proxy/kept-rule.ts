import { normaliseAddress } from '../../net/address.js';
import type { Constant, Expression, Rule, Statement } from '../types.js';
import { mergedPrefixes } from './merged-prefixes.js';

/**
 * A rule as the kernel stores it and nft lists it: addresses in canonical form, lists of addresses sorted and merged.
 */
export function asKept(rule: Rule): Rule {
  return { ...rule, statements: rule.statements.map(keptStatement) };
}

function keptStatement(statement: Statement): Statement {
  if (statement.kind === 'match') return { ...statement, right: keptAddresses(statement.right) };
  if (statement.kind !== 'dnat' || statement.address?.kind !== 'literal') return statement;
  return { ...statement, address: keptAddress(statement.address) };
}

/** A list written with one item becomes that item; a list merged to one item remains a list. */
function keptAddresses(right: Expression): Expression {
  if (right.kind === 'literal') return keptAddress(right);
  if (right.kind !== 'anonymousSet') return withoutFullLength(right);
  const [only] = right.elements;
  if (only !== undefined && right.elements.length === 1) return withoutFullLength(only.key);
  return {
    kind: 'anonymousSet',
    elements: mergedPrefixes(right.elements.map(({ key }) => key)).map((key) => ({ key })),
  };
}

/** kube-proxy 1.30 writes addresses of endpoints as EndpointSlices spell them. */
function keptAddress(constant: Constant): Constant {
  if (!constant.text.includes(':')) return constant;
  return { ...constant, text: normaliseAddress(constant.text) ?? constant.text };
}

function withoutFullLength(expression: Expression): Expression {
  if (expression.kind !== 'prefix') return expression;
  const bits = expression.address.text.includes(':') ? 128 : 32;
  return expression.length === bits ? expression.address : expression;
}
