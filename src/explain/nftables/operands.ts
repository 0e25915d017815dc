/** Describes the values with which nftables rules compare. */
import { expressionText } from '../../nftables/print-expression.js';
import type { Expression } from '../../nftables/types.js';
import { plain } from '../words/plain.js';
import { joinWords } from '../../diagnostics/words.js';

const most = 4;

/** The single values of an operand: those of an anonymous set, the items of a list, or the operand itself. */
export function valuesOf(operand: Expression): readonly Expression[] {
  if (operand.kind === 'anonymousSet') return operand.elements.map(({ key }) => key);
  return operand.kind === 'list' ? operand.items : [operand];
}

/** The text of an expression, escaped for display. */
export function shown(expression: Expression, longest = 200): string {
  try {
    return plain(expressionText(expression), longest);
  } catch {
    return plain(JSON.stringify(expression), longest);
  }
}

/** One value: `10.0.0.0/8`, `80 to 90`; names are shown without quotes. */
export function valueWords(value: Expression): string {
  if (value.kind === 'range') return `${plain(value.from.text)} to ${plain(value.to.text)}`;
  return value.kind === 'string' ? plain(value.text) : shown(value);
}

/** `10.0.0.1`, `10.0.0.1, 10.0.0.2 or 10.0.0.3`, `one of 12 (10.0.0.1, …)`, `an address in the set allowed`. */
export function operandWords(
  operand: Expression,
  noun: string,
  wordsOf: (value: Expression) => string = valueWords,
): string {
  if (operand.kind === 'setReference') return `${noun} in the set ${plain(operand.name)}`;
  const values = valuesOf(operand);
  if (values.length <= most + 1) return joinWords(values.map(wordsOf), 'or');
  return `one of ${values.length} (${values.slice(0, most).map(wordsOf).join(', ')} …)`;
}
