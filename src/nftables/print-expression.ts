/** Prints expressions, set elements and verdicts like nft's lists. */
import { word, quoted } from './print-text.js';
import { formatDuration } from './duration.js';
import { statefulText } from './print-object.js';
import type { Constant, Expression, SetElement, Verdict } from './types.js';

type Operator = Extract<Expression, { kind: 'binary' }>['operator'];

/** The precedence of operators, tightest first. */
const precedence: Readonly<Record<Operator, number>> = { '<<': 1, '>>': 1, '&': 2, '^': 3, '|': 4 };

/** nft omits `meta` before these keys. */
const unqualifiedKeys: ReadonlySet<string> = new Set(['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup']);

/** An expression as text; throws if a word in it would not remain one word. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
    case 'string':
      return constantText(expression);
    case 'prefix':
      return `${constantText(expression.address)}/${expression.length}`;
    case 'range':
      return `${constantText(expression.from)}-${constantText(expression.to)}`;
    case 'concatenation':
      return joined(expression.parts, ' . ');
    case 'list':
      return joined(expression.items, ',');
    case 'map':
      return `${expressionText(expression.key)} map ${expressionText(expression.map)}`;
    case 'setReference':
      return `@${word(expression.name)}`;
    case 'anonymousSet':
      return anonymousSetText(expression.elements);
    case 'binary':
      return (
        `${operandText(expression.operator, expression.left)} ${expression.operator} ` +
        operandText(expression.operator, expression.right)
      );
    default:
      return selectorText(expression);
  }
}

export function constantText({ kind, text }: Constant): string {
  return kind === 'string' ? quoted(text) : word(text);
}

type Selector = Exclude<
  Expression,
  | Constant
  | { kind: 'prefix' | 'range' | 'concatenation' | 'list' | 'map' | 'setReference' | 'anonymousSet' | 'binary' }
>;

/** A field of a packet, of its connection or of its path. */
function selectorText(selector: Selector): string {
  switch (selector.kind) {
    case 'payload':
      return `${word(selector.protocol)} ${word(selector.field)}`;
    case 'rawPayload':
      return `@${word(selector.base)},${selector.offset},${selector.length}`;
    case 'meta':
      return unqualifiedKeys.has(selector.key) ? selector.key : `meta ${word(selector.key)}`;
    case 'ct':
      return `ct ${selector.direction === undefined ? '' : `${selector.direction} `}${words(selector.key.split(' '))}`;
    case 'fib':
      return `fib ${selector.selectors.map(word).join(' . ')} ${selector.result}`;
    case 'numgen':
      return `numgen ${selector.mode} mod ${selector.modulus}${offsetText(selector.offset)}`;
    case 'hash': {
      const hashed = selector.of === undefined ? 'symhash' : `jhash ${expressionText(selector.of)}`;
      const seed = selector.seed === undefined ? '' : ` seed ${word(selector.seed)}`;
      return `${hashed} mod ${selector.modulus}${seed}${offsetText(selector.offset)}`;
    }
    case 'selector':
      return words(selector.words);
  }
}

function offsetText(offset: number | undefined): string {
  return offset === undefined || offset === 0 ? '' : ` offset ${offset}`;
}

function words(texts: readonly string[]): string {
  return texts.map(word).join(' ');
}

function joined(parts: readonly Expression[], separator: string): string {
  let text = '';
  for (const part of parts) text += text === '' ? expressionText(part) : separator + expressionText(part);
  return text;
}

function anonymousSetText(elements: readonly SetElement[]): string {
  let text = '';
  for (const element of elements) text += text === '' ? elementText(element) : `, ${elementText(element)}`;
  return `{ ${text} }`;
}

/** Adds parentheses if the surrounding operator would otherwise split the operand. */
function operandText(operator: Operator, operand: Expression): string {
  const text = expressionText(operand);
  return operand.kind === 'binary' && precedence[operator] < precedence[operand.operator] ? `(${text})` : text;
}

/** `10.0.0.1 . tcp . 80 comment "x" : goto chain`. */
export function elementText(element: SetElement): string {
  const text = expressionText(element.key) + detailsText(element);
  return element.value === undefined ? text : `${text} : ${mappedText(element.value)}`;
}

/** The additional data of an element. */
function detailsText({ statements, timeout, expires, comment }: SetElement): string {
  let text = '';
  if (statements !== undefined) for (const statement of statements) text += ` ${statefulText(statement)}`;
  if (timeout !== undefined) text += ` timeout ${formatDuration(timeout)}`;
  if (expires !== undefined) text += ` expires ${formatDuration(expires)}`;
  return comment === undefined ? text : `${text} comment ${quoted(comment)}`;
}

function mappedText(value: Expression | Verdict): string {
  return isVerdict(value) ? verdictText(value) : expressionText(value);
}

/** `accept`, `goto chain`. */
export function verdictText(verdict: Verdict): string {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? `${verdict.kind} ${word(verdict.chain)}` : verdict.kind;
}

/** Whether it is a verdict; the values of a map may be verdicts or expressions. */
export function isVerdict(value: { readonly kind: string }): value is Verdict {
  switch (value.kind) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return true;
    default:
      return false;
  }
}
