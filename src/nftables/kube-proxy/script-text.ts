/**
 * Rules and elements in kube-proxy's notation. The printers for nft's lists do most of the work; this file contains the
 * differences.
 */
import {
  elementText as listedElement,
  expressionText as listedExpression,
  isVerdict,
  verdictText,
} from '../print-expression.js';
import { statementText as listedStatement } from '../print-statement.js';
import { quoted, word } from '../print-text.js';
import type { Expression, MatchStatement, NatStatement, Rule, SetElement, Statement } from '../types.js';

export function ruleText({ statements, comment }: Rule): string {
  let text = '';
  for (const statement of statements) text += text === '' ? statementText(statement) : ` ${statementText(statement)}`;
  return comment === undefined ? text : `${text} comment ${quoted(comment)}`;
}

/** `10.0.0.1 . tcp . 80 comment "x" : goto chain` */
export function elementText(element: SetElement): string {
  return listedElement(element);
}

function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return matchText(statement);
    case 'assign':
      return `mark set ${expressionText(statement.value)}`;
    case 'verdictMap':
      return `${expressionText(statement.key)} vmap ${expressionText(statement.map)}`;
    case 'dnat':
      return dnatText(statement);
    default:
      return listedStatement(statement);
  }
}

function matchText({ left, operator, right }: MatchStatement): string {
  const isZero = left.kind === 'binary' && right.kind === 'literal' && Number(right.text) === 0;
  const text = isZero ? '0' : right.kind === 'string' ? word(right.text) : expressionText(right);
  return `${expressionText(left)} ${operator === undefined ? '' : `${operator} `}${text}`;
}

/** The address and port come from a map. */
function dnatText(statement: NatStatement): string {
  const { address, family } = statement;
  if (address?.kind !== 'map' || family === undefined) return listedStatement(statement);
  return `dnat ${family} addr . port to ${expressionText(address)}`;
}

const bitwise = { '&': 'and', '|': 'or', '^': 'xor', '<<': 'lshift', '>>': 'rshift' } as const;

/** Only for marks do single bits matter here. */
function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `mark ${bitwise[expression.operator]} ${listedExpression(expression.right)}`;
    case 'anonymousSet':
      return `{ ${expression.elements.map(mappedText).join(' , ')} }`;
    case 'map':
      return `${expressionText(expression.key)} map ${expressionText(expression.map)}`;
    default:
      return listedExpression(expression);
  }
}

function mappedText({ key, value }: SetElement): string {
  if (value === undefined) return expressionText(key);
  return `${expressionText(key)} : ${isVerdict(value) ? verdictText(value) : expressionText(value)}`;
}
