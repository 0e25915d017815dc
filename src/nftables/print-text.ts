/** Checks that text cannot become a statement or a line of its own. */

/** Text that may be written without quotes: it has no blank, quote, brace, semicolon or control character. */
export function isWord(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x22 || code === 0x3b || code === 0x7b || code === 0x7d || code === 0x7f) return false;
  }
  return text !== '';
}

/** Returns the text if it is one word. Throws otherwise; callers must prevent that. */
export function word(text: string): string {
  if (!isWord(text)) throw unprintable(text);
  return text;
}

/**
 * Whether a text can be a string of nft. These have no escapes, so it must not contain double quotes or control
 * characters.
 */
export function isQuotable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x7f) return false;
  }
  return true;
}

/** Text in double quotes; throws if it would end them. */
export function quoted(text: string): string {
  if (!isQuotable(text)) throw unprintable(text);
  return `"${text}"`;
}

function unprintable(text: string): Error {
  return new Error(`nft has no way to write ${JSON.stringify(text)}`);
}
