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
/** Go's own form of a fraction, which may have _ between digits. */
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/**
 * The value of a plain (unquoted) scalar. Numbers that JSON cannot represent (`.inf`, `.nan`) are returned, and the
 * caller must reject them; integers beyond 2^53 lose precision, as in every JavaScript JSON parser.
 */
export function resolvePlain(text: string): null | boolean | number | string {
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return resolveNumber(text);
  if (first === 0x2b || first === 0x2d) return words.get(text) ?? resolveNumber(text);
  if (first === 0x2e && fraction.test(text)) return finite(text.replaceAll('_', ''), text);
  if (text.length > 5) return text;
  const word = words.get(text);
  return word === undefined ? text : word;
}

function resolveNumber(text: string): number | string {
  if (text.length > 1000) return text;
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  if (decimal.test(digits)) return finite(digits, text);
  const match = prefixed.exec(digits);
  if (match !== null) return prefixedNumber(match, digits, text);
  return float.test(digits) ? finite(digits, text) : text;
}

function prefixedNumber(match: RegExpExecArray, digits: string, text: string): number | string {
  const size = Number(prefixedText(match));
  if (Number.isSafeInteger(size)) return match[1] === '-' ? -size : size;
  const whole = wholeNumber(digits);
  return whole === undefined && float.test(digits) ? finite(digits, text) : whole === undefined ? text : Number(whole);
}

/** As JavaScript writes it, without its sign. */
function prefixedText([, , hexadecimal, octal, binary]: RegExpExecArray): string {
  if (hexadecimal !== undefined) return `0x${hexadecimal}`;
  return octal !== undefined ? `0o${octal}` : `0b${binary ?? '0'}`;
}

/** The whole number that a text is for Go's int64 or uint64; undefined if it is not one, or too large for them. */
function wholeNumber(digits: string): bigint | undefined {
  const match = prefixed.exec(digits);
  if (match === null && !decimal.test(digits)) return undefined;
  const size = BigInt(match === null ? digits.replace(/^[-+]/, '') : prefixedText(match));
  const isNegative = digits.startsWith('-');
  // ParseUint, which takes what int64 cannot hold, accepts no sign.
  const limit = isNegative ? (1n << 63n) + 1n : digits.startsWith('+') ? 1n << 63n : 1n << 64n;
  if (size >= limit) return undefined;
  return isNegative ? -size : size;
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
  const whole = wholeNumber(text.replaceAll('_', ''));
  if (whole === undefined) return floatKeyText(key);
  return whole < 1n << 63n ? String(whole) : undefined;
}

/** Go's shortest form of a 32-bit float (`strconv.FormatFloat(key, 'g', -1, 32)`). */
function floatKeyText(key: number): string {
  if (Number.isNaN(key)) return '.nan';
  if (!Number.isFinite(Math.fround(key))) return key > 0 ? '.inf' : '-.inf';
  if (Object.is(key, -0)) return '-0';
  const [mantissa = '0', exponent = '0'] = shortestFloat(key).toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(shortestFloat(key));
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
