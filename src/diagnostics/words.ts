/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`;
}

/** `1 endpoint`, `3 endpoints`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

const asWritten = (word: string): string => word;

/**
 * The first `shown` of a list, as `write` writes them, and the number of the others: `a, b and 47 more`; all of it as
 * `a, b and c`.
 */
export function someOf(words: readonly string[], shown: number, write = asWritten): string {
  return words.length > shown ? firstOf(words, shown, write) : joinWords(words.map((word) => write(word)));
}

/** The same, but all of it as `a, b, c`. */
export function firstOf(words: readonly string[], shown: number, write = asWritten): string {
  const first = words.slice(0, shown).map((word) => write(word));
  const more = words.length > shown ? ` and ${words.length - shown} more` : '';
  return first.join(', ') + more;
}

/** With a capital, as sentences begin. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Orders texts by their code units, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
