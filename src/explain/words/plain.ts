import { printable } from '../../diagnostics/terminal.js';

const longest = 200;

/**
 * Input text for explanations, without quotes: control, bidirectional and other invisible characters are escaped, and
 * the text is cut if it is longer than `most` characters.
 */
export function plain(text: string, most = longest): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return printable(cut);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`;
}

/** `1 endpoint`, `3 endpoints`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** The first `shown` of a list, and the number of the others: `a, b and 47 more`. */
export function someOf(words: readonly string[], shown: number): string {
  return words.length <= shown
    ? joinWords(words)
    : `${words.slice(0, shown).join(', ')} and ${words.length - shown} more`;
}
