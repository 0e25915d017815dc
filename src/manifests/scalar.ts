/**
 * Plain scalars as in Kubernetes' own parser: sigs.k8s.io/yaml, with go-yaml v2's mixture of YAML 1.1 and 1.2. `on` is
 * a boolean and 0514 is octal, but 22:22 and dates are strings.
 */

const words = new Map<string, null | boolean | number>([
  ...['true', 'True', 'TRUE', 'y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE', 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

const decimal = /^[-+]?(?:0|[1-9][0-9]*)$/;
const prefixed = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[oO]?([0-7]+)|[bB]([01]+))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const fraction = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;

/**
 * The value of a plain (unquoted) scalar. Numbers that JSON cannot represent (`.inf`, `.nan`) are returned, and the
 * caller must reject them; integers beyond 2^53 lose precision, as in every JavaScript JSON parser.
 */
export function resolvePlain(text: string): null | boolean | number | string {
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return resolveNumber(text);
  if (first === 0x2b || first === 0x2d) return words.get(text) ?? resolveNumber(text);
  if (first === 0x2e && fraction.test(text)) return finite(text, text);
  if (text.length > 5) return text;
  const word = words.get(text);
  return word === undefined ? text : word;
}

function resolveNumber(text: string): number | string {
  if (text.length > 1000) return text;
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  if (decimal.test(digits)) return finite(digits, text);
  const match = prefixed.exec(digits);
  if (match !== null) return prefixedNumber(match, text);
  return float.test(digits) ? finite(digits, text) : text;
}

/** Beyond 64 bits there are no such integers: the text stays a string, unless it is a decimal float as well. */
function prefixedNumber(match: RegExpExecArray, text: string): number | string {
  const [digits, sign, hexadecimal, octal, binary] = match;
  const size =
    hexadecimal !== undefined ? `0x${hexadecimal}` : octal !== undefined ? `0o${octal}` : `0b${binary ?? '0'}`;
  const value = Number(size);
  if (value < 2 ** 53) return sign === '-' ? -value : value;
  const exact = BigInt(size);
  const largest = sign === '' ? 1n << 64n : sign === '-' ? (1n << 63n) + 1n : 1n << 63n;
  if (exact < largest) return sign === '-' ? -value : value;
  return float.test(digits) ? finite(digits, text) : text;
}

/** Go rejects numbers beyond the range of a float64, and the text remains a string. */
function finite(digits: string, text: string): number | string {
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

/**
 * The text of a key in JSON; undefined for keys that Kubernetes' parser rejects: null, and integers that need an
 * unsigned type. `text`: the key as written.
 */
export function keyText(key: null | boolean | number | string, text: string): string | undefined {
  if (typeof key === 'string') return key;
  if (key === null) return undefined;
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (Number.isInteger(key) && !/[.eE]/.test(text)) return wholeKeyText(key, text);
  if (Number.isInteger(key) && Math.abs(key) < 1e21) return String(key);
  return floatKeyText(key);
}

/** Integers are int64; larger ones are uint64, which is rejected, or floats. */
function wholeKeyText(key: number, text: string): string | undefined {
  if (Number.isSafeInteger(key)) return String(key);
  const digits = text
    .replaceAll('_', '')
    .replace(/^[-+]/, '')
    .replace(/^0[oO]?(?=[0-7]+$)/, '0o');
  const size = BigInt(digits);
  const exact = text.startsWith('-') ? -size : size;
  if (exact >= -(1n << 63n) && exact < 1n << 63n) return String(exact);
  return exact > 0n && exact < 1n << 64n ? undefined : floatKeyText(key);
}

/** Go's shortest form of a 32-bit float (`strconv.FormatFloat(key, 'g', -1, 32)`). */
function floatKeyText(key: number): string {
  if (Number.isNaN(key)) return '.nan';
  if (!Number.isFinite(Math.fround(key))) return key > 0 ? '.inf' : '-.inf';
  const [mantissa = '0', exponent = '0'] = shortestFloat(key).toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 21 && !(power >= 6 && power >= mantissa.replace(/[-.]/g, '').length))
    return String(shortestFloat(key));
  const size = Math.abs(power);
  return `${mantissa}e${power < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
}

function shortestFloat(key: number): number {
  const wanted = Math.fround(key);
  for (let precision = 1; precision < 9; precision++) {
    const candidate = Number(wanted.toPrecision(precision));
    if (Math.fround(candidate) === wanted) return candidate;
  }
  return Number(wanted.toPrecision(9));
}
