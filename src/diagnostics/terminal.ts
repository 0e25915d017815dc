import { escapeInvisible } from './invisible.js';

/**
 * Input text for a terminal or log, as part of one of our lines: control characters, line breaks and invisible
 * characters have no effect, and GitHub's runner does not read the beginning of a line as a command.
 */
export function printable(text: string): string {
  return escapeInvisible(text).replace(command, '$1\\u{3a}');
}

/** The colon that begins a workflow command: `::name::` or `::name properties::`. No IPv6 address has this form. */
const command = /^([^\S\n]*):(?=:[A-Za-z-]+(?: [^\n]*)?::)/gm;
/** What complete lines may contain: line breaks, tabs, and the colours that we write. */
// eslint-disable-next-line no-control-regex -- escape sequences begin with one
const ours = /\u001b\[[\d;]*m|\r\u001b\[K|[\n\t]/;
const lineOrColour = new RegExp(`(${ours.source})`);

/**
 * Makes complete output lines safe: unescaped input in them cannot control the terminal or run a command of GitHub's
 * runner. This is a last safeguard; callers must still escape input themselves.
 */
export function guardLines(text: string): string {
  const parts = text.split(lineOrColour);
  return parts
    .map((part, index) => (index % 2 === 1 ? part : escapeInvisible(part)))
    .join('')
    .replace(command, '$1\\u{3a}');
}

/** Text in a colour or weight of the terminal: `31` is red, `1` is bold. */
export function coloured(text: string, code: number | string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}
