/** Prints single words: quoting, numbers, and checks that text cannot become an option or a line of its own. */

const QUOTES = 1;
const ESCAPES = 2;

/**
 * Text as `iptables-save` writes it after `--comment` and similar options: unquoted if it contains only
 * `[A-Za-z0-9_-]`, otherwise in double quotes with a backslash before `"`, `\` and `'` (xtables_save_string).
 */
export function quoteForSave(text: string): string {
  const needs = scan(text, isBareInSave);
  if (needs === 0 && text !== '') return text;
  return needs & ESCAPES ? `"${escape(text, true)}"` : `"${text}"`;
}

/** Text as kube-proxy writes it for `iptables-restore`: unquoted unless the reader would not take it for one word. */
export function quoteForRestore(text: string): string {
  const needs = scan(text, isBareInRestore);
  if (needs === 0 && text !== '') return text;
  return needs & ESCAPES ? `"${escape(text, false)}"` : `"${text}"`;
}

/** Whether text can be written between blanks without quotes. */
export function isWord(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x22 || code === 0x7f) return false;
  }
  return text !== '';
}

/** Returns the text if it is one word. Throws if it could end the word or the line; callers must prevent that. */
export function word(text: string): string {
  if (!isWord(text)) throw unprintable(text);
  return text;
}

/** The words of a dump, unchanged; throws if one could end the line. */
export function rawWords(words: readonly string[]): string {
  let line = '';
  for (const text of words) {
    for (let index = 0; index < text.length; index++) if (isControl(text.charCodeAt(index))) throw unprintable(text);
    line += ` ${text}`;
  }
  return line;
}

/**
 * Like C's `%.Nf`: exact, with ties (which few binary fractions are) rounded to the even digit; `toFixed` rounds ties
 * up.
 */
export function fixedDecimals(value: number, decimals: number): string {
  const isTie = (value * 2 ** (decimals + 1)) % 2 === 1;
  if (!isTie) return value.toFixed(decimals);
  const below = value.toFixed(decimals + 1).slice(0, -1);
  return below.charCodeAt(below.length - 1) % 2 === 0 ? below : value.toFixed(decimals);
}

/** `0x4000`. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** `0x00004000`, kube-proxy's notation of marks. */
export function paddedHex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

/** `80` or `80:90`. */
export function portRange(range: { readonly from: number; readonly to: number }): string {
  return range.from === range.to ? String(range.from) : `${range.from}:${range.to}`;
}

function scan(text: string, isBare: (code: number) => boolean): number {
  let needs = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isControl(code)) throw unprintable(text);
    if (code === 0x22 || code === 0x5c || code === 0x27) needs |= QUOTES | ESCAPES;
    else if (!isBare(code)) needs |= QUOTES;
  }
  return needs;
}

function isBareInSave(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x2d ||
    code === 0x5f
  );
}

function isBareInRestore(code: number): boolean {
  return code > 0x20;
}

function escape(text: string, apostrophes: boolean): string {
  return text.replace(apostrophes ? /["\\']/g : /["\\]/g, '\\$&');
}

/** Whether text can be written in quotes: it has no line break, no NUL and no other control character. */
export function isQuotable(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (isControl(text.charCodeAt(index))) return false;
  return true;
}

/** Text in double quotes, as iptables-save always writes it after `--string` and `--u32`. */
export function quoteAlways(text: string): string {
  if (!isQuotable(text)) throw unprintable(text);
  return `"${escape(text, false)}"`;
}

/**
 * A line break ends a rule, NUL ends the text, and other control characters do not belong in a comment. A tab is
 * allowed within quotes, by iptables-restore and iptables-save.
 */
function isControl(code: number): boolean {
  return (code < 0x20 && code !== tab) || code === 0x7f;
}

const tab = 0x09;

// eslint-disable-next-line no-control-regex -- control characters are what it matches
const controls = /[\0-\x08\x0a-\x1f\x7f]/g;

/** A word that was not understood, for printers: control characters are written as `\x1b`. */
export function withoutControls(text: string): string {
  return text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function unprintable(text: string): Error {
  return new Error(
    `defect: ${JSON.stringify(text.slice(0, 80))} reached the iptables printer and would not stay one word`,
  );
}
