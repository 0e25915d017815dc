import type { YamlScalar } from './libyaml/types.js';
import { resolvePlain } from './scalar.js';

/** The value of a scalar; undefined if an explicit tag and the text disagree. */
export function scalarValue({ tag, style, text }: YamlScalar): null | boolean | number | string | undefined {
  if (tag === undefined) return style === 'plain' ? resolvePlain(text) : text;
  if (tag === 'tag:yaml.org,2002:binary') return decoded(text);
  if (tag === 'tag:yaml.org,2002:timestamp') return isTimestamp(text) ? text : undefined;
  const expected = /^tag:yaml\.org,2002:(int|float|bool|null)$/.exec(tag)?.[1];
  if (expected === undefined) return text;
  const value = resolvePlain(text);
  return typeOf(value, text) === expected || (expected === 'float' && typeOf(value, text) === 'int')
    ? value
    : undefined;
}

/** `!!binary` is text in base64; other text is refused. */
function decoded(text: string): string | undefined {
  const compact = text.replace(/[\r\n]/g, '');
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(compact, 'base64'))
    : undefined;
}

const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?)?$/;

/** The forms of go-yaml's parseTimestamp. */
function isTimestamp(text: string): boolean {
  if (!timestamp.test(text)) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/\d+/g) ?? []).map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}

function typeOf(value: null | boolean | number | string, text: string): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) && !/[.]|^[^xX]*[eE]/.test(text) ? 'int' : 'float';
  return 'str';
}
