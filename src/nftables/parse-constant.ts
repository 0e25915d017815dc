/** Constants: words that are one thing, a network or a range. */
import type { Constant, Expression } from './types.js';

/** `10.0.0.0/8` is a prefix, `80-90` a range, `echo-request` a word. */
export function constantOf(text: string): Expression {
  for (let index = text.length - 2; index > 0; index--) {
    const code = text.charCodeAt(index);
    if (code === 0x2f) return prefixOf(text, index);
    if (code === 0x2d) return rangeOf(text, text.indexOf('-'));
  }
  return literal(text);
}

function literal(text: string): Constant {
  return { kind: 'literal', text };
}

function prefixOf(text: string, slash: number): Expression {
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || !isNumeric(text)) return literal(text);
  return { kind: 'prefix', address: literal(text.slice(0, slash)), length: Number(length) };
}

function rangeOf(text: string, hyphen: number): Expression {
  if (hyphen < 1 || !isNumeric(text)) return literal(text);
  return { kind: 'range', from: literal(text.slice(0, hyphen)), to: literal(text.slice(hyphen + 1)) };
}

/** Whether it begins with a number or an address. */
function isNumeric(text: string): boolean {
  return /^(?:\d|[0-9a-fA-F]*:)/.test(text);
}
