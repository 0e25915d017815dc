/**
 * Converts expressions and statements of `nft -j` to the notation of nft(8), so that one parser reads both
 * (libnftables-json(5)).
 */
import { isQuotable, isWord } from './print-text.js';
import { notUnderstood } from './tokens.js';
import { isObject } from '../manifests/values.js';

type Fields = Readonly<Record<string, unknown>>;

/** The only key of an object, which is its kind, and the key's value. */
function only(value: unknown): readonly [string, unknown] {
  const [entry, ...others] = isObject(value) ? Object.entries(value) : [];
  if (entry === undefined || others.length > 0) throw notUnderstood;
  return entry;
}

export function wordText(value: unknown): string {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') throw notUnderstood;
  if (isWord(text) && !/[,()=!<>&|^#]/.test(text)) return text;
  return quotedText(text);
}

export function quotedText(value: unknown): string {
  if (typeof value !== 'string' || !isQuotable(value)) throw notUnderstood;
  return `"${value}"`;
}

/** The deepest nesting accepted; nft's own expressions are not deeper. */
const deepest = 16;

function listOf(values: unknown, separator: string, depth: number): string {
  if (!Array.isArray(values) || values.length === 0) throw notUnderstood;
  return values.map((value) => expressionText(value, depth)).join(separator);
}

export function expressionText(value: unknown, depth = 0): string {
  if (depth > deepest) throw notUnderstood;
  if (typeof value === 'boolean') return value ? 'exists' : 'missing';
  if (typeof value === 'string' || typeof value === 'number') return wordText(value);
  if (Array.isArray(value)) return listOf(value, ',', depth + 1);
  const [kind, inner] = only(value);
  return compoundText(kind, inner, depth + 1);
}

function compoundText(kind: string, inner: unknown, depth: number): string {
  switch (kind) {
    case 'concat':
      return listOf(inner, ' . ', depth);
    case 'set':
      return elementsText(inner, depth);
    case 'range':
      return listOf(inner, '-', depth);
    case '|':
    case '&':
    case '^':
    case '<<':
    case '>>':
      return `(${listOf(inner, ` ${kind} `, depth)})`;
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return kind;
    default:
      return isObject(inner) ? fieldsText(kind, inner, depth) : unknownText();
  }
}

function unknownText(): never {
  throw notUnderstood;
}

function fieldsText(kind: string, inner: Fields, depth: number): string {
  const of = (name: string): string => expressionText(inner[name], depth);
  const optional = (name: string, before = name): string => (inner[name] === undefined ? '' : ` ${before} ${of(name)}`);
  switch (kind) {
    case 'prefix':
      return `${of('addr')}/${of('len')}`;
    case 'payload':
      if (inner.protocol !== undefined) return `${of('protocol')} ${of('field')}`;
      return `@${of('base')},${of('offset')},${of('len')}`;
    case 'meta':
      return `meta ${of('key')}`;
    case 'ct':
      return `ct${optional('dir', '')}${optional('family', '')} ${of('key')}`.replace(/ {2,}/g, ' ');
    case 'fib':
      return `fib ${listOf([inner.flags].flat(), ' . ', depth)} ${of('result')}`;
    case 'numgen':
      return `numgen ${of('mode')} mod ${of('mod')}${inner.offset === 0 ? '' : optional('offset')}`;
    case 'symhash':
      return `symhash mod ${of('mod')}${optional('offset')}`;
    case 'jhash':
      return `jhash ${of('expr')} mod ${of('mod')}${optional('seed')}${optional('offset')}`;
    case 'map':
      return `${of('key')} map ${of('data')}`;
    case 'jump':
    case 'goto':
      return `${kind} ${of('target')}`;
    case 'elem':
      return elementText(inner, depth);
    default:
      return unknownText();
  }
}

function elementText(inner: Fields, depth: number): string {
  const counter = isObject(inner.counter) ? ` ${statementText({ counter: inner.counter })}` : '';
  const time = (name: string): string => (typeof inner[name] === 'number' ? ` ${name} ${inner[name]}s` : '');
  const comment = inner.comment === undefined ? '' : ` comment ${quotedText(inner.comment)}`;
  return expressionText(inner.val, depth) + counter + time('timeout') + time('expires') + comment;
}

/** `{ … }`; for maps, elements are pairs. */
export function elementsText(elements: unknown, depth = 0): string {
  const all = Array.isArray(elements) ? elements : [elements];
  const texts = all.map((element: unknown) =>
    Array.isArray(element) && element.length === 2
      ? `${expressionText(element[0], depth)} : ${expressionText(element[1], depth)}`
      : expressionText(element, depth),
  );
  return `{ ${texts.join(', ')} }`;
}

/** A statement; throws for an unknown kind. */
export function statementText(statement: unknown): string {
  const [kind, inner] = only(statement);
  if (inner === null) return simple.has(kind) ? kind : unknownText();
  if (!isObject(inner)) return kind === 'counter' ? `counter name ${quotedText(inner)}` : unknownText();
  const of = (name: string): string => expressionText(inner[name]);
  const flags = inner.flags === undefined ? '' : ` ${listOf([inner.flags].flat(), ',', 0)}`;
  switch (kind) {
    case 'match':
      return matchText(inner);
    case 'counter':
      return `counter packets ${of('packets')} bytes ${of('bytes')}`;
    case 'mangle':
      return `${of('key')} set ${of('value')}`;
    case 'vmap':
      return `${of('key')} vmap ${of('data')}`;
    case 'jump':
    case 'goto':
      return `${kind} ${of('target')}`;
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return natText(kind, inner) + flags;
    case 'reject':
      return rejectText(inner);
    case 'set':
      return `${of('op')} ${of('set')} { ${of('elem')} }`;
    case 'log':
      return inner.prefix === undefined ? 'log' : `log prefix ${quotedText(inner.prefix)}`;
    case 'limit':
      return `limit rate ${inner.inv === true ? 'over ' : ''}${of('rate')}${inner.rate_unit === undefined ? '' : ` ${of('rate_unit')}`}/${of('per')}`;
    case 'xt':
      return `xt ${of('type')} ${quotedText(inner.name)}`;
    default:
      return unknownText();
  }
}

const simple: ReadonlySet<string> = new Set([
  ...['accept', 'drop', 'continue', 'return', 'counter', 'masquerade', 'redirect', 'reject', 'notrack', 'log'],
]);

function matchText(inner: Fields): string {
  const [left, right] = [expressionText(inner.left), expressionText(inner.right)];
  const isImplicit = inner.op === 'in' || (inner.op === '==' && !left.startsWith('('));
  return isImplicit ? `${left} ${right}` : `${left} ${operators.get(inner.op) ?? unknownText()} ${right}`;
}

const operators: ReadonlyMap<unknown, string> = new Map(['==', '!=', '<', '>', '<=', '>='].map((one) => [one, one]));

function natText(kind: string, inner: Fields): string {
  const family = inner.family === undefined ? '' : ` ${expressionText(inner.family)}`;
  const address = inner.addr === undefined ? '' : expressionText(inner.addr);
  const port = inner.port === undefined ? '' : `:${expressionText(inner.port)}`;
  if (address === '' && port === '') return kind;
  const isBracketed = port !== '' && address.includes(':') && !address.includes(' ');
  return `${kind}${family} to ${isBracketed ? `[${address}]` : address}${port}`;
}

function rejectText({ type, expr }: Fields): string {
  // nft's list leaves the default out.
  if (type === undefined || (type !== 'tcp reset' && expr === 'port-unreachable')) return 'reject';
  return type === 'tcp reset' ? 'reject with tcp reset' : `reject with ${wordText(type)} ${expressionText(expr)}`;
}
