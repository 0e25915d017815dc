/** Plain and quoted scalars (yaml_parser_scan_plain_scalar and yaml_parser_scan_flow_scalar of libyaml). */
import { escapes } from '../escapes.js';
import { Gap, type Source } from './source.js';
import { Mistake, type Token } from './types.js';

/** `indent`: the first column in which further lines may begin; within brackets, any. */
export function scanPlain(source: Source, indent: number, isFlow: boolean): Token & { readonly endsLine: boolean } {
  const { text, at: start } = source;
  const gap = new Gap();
  let value = '';
  let end = start;
  for (;;) {
    if (source.atDocumentIndicator() || source.code() === 0x23) break;
    const word = source.at;
    while (!source.isBlankOrEnd() && !endsPlain(source, isFlow)) source.at++;
    if (source.at > word) {
      value += gap.take() + text.slice(word, source.at);
      end = source.at;
    }
    if (!source.isBlank() && !source.isBreak()) break;
    gap.read(source, () => {
      if (source.column < indent) throw new Mistake('found a tab that violates indentation', source.at, source.at + 1);
    });
    if (!isFlow && source.column < indent) break;
  }
  return { type: 'scalar', style: 'plain', start, end, value, endsLine: gap.hasBreak };
}

function endsPlain(source: Source, isFlow: boolean): boolean {
  const code = source.code();
  if (code === 0x3a) return source.isBlankOrEnd(1);
  return isFlow && (code === 0x2c || code === 0x3f || isBracket(code));
}

function isBracket(code: number): boolean {
  return code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

/** From the opening to the closing quote. */
export function scanQuoted(source: Source): Token {
  const start = source.at;
  const quote = source.code();
  const gap = new Gap();
  let value = '';
  source.at++;
  for (;;) {
    if (source.atDocumentIndicator()) throw new Mistake('found unexpected document indicator', start, start + 1);
    if (source.isEnd()) throw new Mistake('found unexpected end of stream', start, start + 1);
    value += quote === 0x27 ? singleQuotedWord(source) : doubleQuotedWord(source, gap);
    if (source.code() === quote) break;
    gap.read(source);
    value += gap.take();
  }
  source.at++;
  return { type: 'scalar', style: 'quoted', start, end: source.at, value };
}

/** Up to a blank, a line break or the closing quote. */
function singleQuotedWord(source: Source): string {
  const start = source.at;
  while (!source.isBlankOrEnd()) {
    if (source.code() === 0x27) {
      if (source.code(1) !== 0x27) break;
      source.at++;
    }
    source.at++;
  }
  return source.text.slice(start, source.at).replaceAll("''", "'");
}

function doubleQuotedWord(source: Source, gap: Gap): string {
  let value = '';
  while (!source.isBlankOrEnd() && source.code() !== 0x22) {
    const from = source.at;
    if (source.code() !== 0x5c) {
      while (!source.isBlankOrEnd() && source.code() !== 0x22 && source.code() !== 0x5c) source.at++;
      value += source.text.slice(from, source.at);
    } else if (source.isBreak(1)) {
      source.at++;
      gap.escapeBreak(source);
      break;
    } else value += escaped(source);
  }
  return value;
}

const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The character of the escape at the cursor. */
function escaped(source: Source): string {
  const { at, text } = source;
  const character = text.charAt(at + 1);
  const length = digits[character];
  source.at += 2;
  if (length === undefined) {
    const value = escapes[character];
    if (value === undefined) throw new Mistake('found unknown escape character', at, at + 2);
    return value;
  }
  const hexadecimal = text.slice(at + 2, at + 2 + length);
  if (!/^[0-9A-Fa-f]+$/.test(hexadecimal) || hexadecimal.length < length)
    throw new Mistake('did not find expected hexadecimal number', at, at + 2);
  const code = Number.parseInt(hexadecimal, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw new Mistake('found invalid Unicode character escape code', at, at + 2 + length);
  source.at += length;
  return String.fromCodePoint(code);
}
