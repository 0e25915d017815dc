/** Constants: single values, networks and ranges. */
import type { Tokens } from './tokens.js';
import type { Constant, Expression } from './types.js';

/** How many words are cached; a power of two. */
const slots = 512;

/** The constants of one text. Repeated words, such as ports and protocols, share one value and are not copied again. */
export class Constants {
  private readonly words: string[] = new Array<string>(slots).fill('');
  private readonly values: Expression[] = [];

  /** The constant at the current token, if it is cached. */
  known(tokens: Tokens): Expression | undefined {
    const slot = slotOf(tokens);
    return tokens.is(this.words[slot] ?? '') ? this.values[slot] : undefined;
  }

  /** Reads the constant at the current token and caches it. */
  read(tokens: Tokens): Expression {
    const slot = slotOf(tokens);
    const word = tokens.text;
    const value = constantOf(word);
    this.words[slot] = word;
    this.values[slot] = value;
    return value;
  }
}

function slotOf({ source, start, end }: Tokens): number {
  const [first, last] = [source.charCodeAt(start), source.charCodeAt(end - 1)];
  return (first + last * 31 + source.charCodeAt((start + end) >> 1) * 7 + (end - start) * 67) & (slots - 1);
}

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

/** Whether the text begins with a number or an address. */
function isNumeric(text: string): boolean {
  return /^(?:\d|[0-9a-fA-F]*:)/.test(text);
}
