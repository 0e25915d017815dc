import { escapeInvisible } from './invisible.js';

/**
 * Text from input as a terminal and a log show it, within a line of ours: no control, line break or invisible character
 * takes effect, and nothing that GitHub's runner takes for a command at the beginning of a line.
 */
export function printable(text: string): string {
  return escapeInvisible(text).replace(command, '$1\\u{3a}');
}

/** The colon that begins a command: `::name::` or `::name properties::`, which no IPv6 address is. */
const command = /^([^\S\n]*):(?=:[A-Za-z-]+(?: [^\n]*)?::)/gm;
/** What may stand in lines that are ready to be printed: line breaks, tabs, and our own colours. */
// eslint-disable-next-line no-control-regex -- escape sequences begin with one
const ours = /\u001b\[[\d;]*m|\r\u001b\[K|[\n\t]/;
const lineOrColour = new RegExp(`(${ours.source})`);

/**
 * Whole lines that are ready to be printed, made safe once more: whatever of an input got into them unescaped shows its
 * characters, and no line is a command of GitHub's runner. The last net, not a leave to print text as it comes.
 */
export function guardLines(text: string): string {
  const parts = text.split(lineOrColour);
  return parts
    .map((part, index) => (index % 2 === 1 ? part : escapeInvisible(part)))
    .join('')
    .replace(command, '$1\\u{3a}');
}
