/** Anchors, aliases, tags and directives (yaml_parser_scan_anchor, _tag and _directive of libyaml). */
import { isAlpha, type Source } from './source.js';
import { Mistake, type Token } from './types.js';

/** `&name` or `*name`. */
export function scanAnchor(source: Source, type: 'anchor' | 'alias'): Token {
  const start = source.at++;
  const value = scanWhile(source, isAlpha);
  if (value === '' || !(source.isBlankOrEnd() || '?:,]}%@`'.includes(source.text.charAt(source.at)))) {
    while (!source.isBlankOrEnd()) source.at++;
    throw new Mistake('did not find expected name of an anchor', start, source.at);
  }
  return { type, start, end: source.at, value };
}

/** `!suffix`, `!!suffix`, `!handle!suffix` or `!<uri>`. */
export function scanTag(source: Source): Token {
  const start = source.at;
  const { value, suffix } = source.code(1) === 0x3c ? verbatimTag(source) : shortTag(source);
  if (!source.isBlankOrEnd()) throw new Mistake('did not find expected tag', start, source.at + 1);
  return { type: 'tag', start, end: source.at, value, suffix };
}

interface Tag {
  readonly value: string;
  readonly suffix: string;
}

function verbatimTag(source: Source): Tag {
  const start = source.at;
  source.at += 2;
  const suffix = scanUri(source, '', start);
  if (source.code() !== 0x3e) throw new Mistake('did not find expected tag', start, source.at);
  source.at++;
  return { value: '', suffix };
}

function shortTag(source: Source): Tag {
  const start = source.at;
  const handle = scanHandle(source);
  if (handle.length > 1 && handle.endsWith('!')) return { value: handle, suffix: scanUri(source, '', start) };
  const suffix = scanUri(source, handle, start);
  return suffix === '' ? { value: '', suffix: '!' } : { value: '!', suffix };
}

function scanHandle(source: Source): string {
  const start = source.at++;
  scanWhile(source, isAlpha);
  if (source.code() === 0x21) source.at++;
  return source.text.slice(start, source.at);
}

const uriCharacters = ";/?:@&=+$,.!~*'()[]";

/** `head`: what was taken for a handle and is the beginning of the suffix, with its `!`. */
function scanUri(source: Source, head: string, start: number): string {
  const written = scanWhile(
    source,
    (code) => isAlpha(code) || code === 0x25 || (code > 0 && uriCharacters.includes(String.fromCharCode(code))),
  );
  if (head === '' && written === '') throw new Mistake('did not find expected tag', start, source.at);
  return head.slice(1) + unescaped(written, start, source.at);
}

/** Octets of UTF-8 as `%C3%A9`. */
function unescaped(uri: string, start: number, end: number): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    throw new Mistake('did not find expected tag', start, end);
  }
}

/** `%YAML 1.1` or `%TAG !handle! prefix`, with the rest of its line. */
export function scanDirective(source: Source): Token {
  const start = source.at++;
  const name = scanWhile(source, isAlpha);
  if (name === '' || !source.isBlankOrEnd()) throw new Mistake('did not find expected directive', start, source.at);
  const token = name === 'YAML' ? version(source, start) : name === 'TAG' ? tagDirective(source, start) : undefined;
  if (token === undefined) throw new Mistake('found a directive that it does not know', start, source.at);
  source.skipBlanks();
  source.skipComment();
  if (!source.isBreakOrEnd()) throw new Mistake('did not find expected directive', start, source.at);
  return token;
}

function version(source: Source, start: number): Token {
  source.skipBlanks();
  const number = /\d{1,2}\.\d{1,2}(?!\d)/y;
  number.lastIndex = source.at;
  const value = number.exec(source.text)?.[0];
  if (value === undefined) throw new Mistake('did not find expected directive', start, source.at);
  source.at += value.length;
  return { type: 'version directive', start, end: source.at, value };
}

function tagDirective(source: Source, start: number): Token {
  source.skipBlanks();
  const value = source.code() === 0x21 ? scanHandle(source) : '';
  if (!(value === '!' || (value.length > 1 && value.endsWith('!'))) || !source.isBlank())
    throw new Mistake('did not find expected directive', start, source.at);
  source.skipBlanks();
  const suffix = scanUri(source, '', start);
  if (!source.isBlankOrEnd()) throw new Mistake('did not find expected directive', start, source.at);
  return { type: 'tag directive', start, end: source.at, value, suffix };
}

function scanWhile(source: Source, belongs: (code: number) => boolean): string {
  const start = source.at;
  while (belongs(source.code())) source.at++;
  return source.text.slice(start, source.at);
}
