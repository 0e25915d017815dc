/** The guard that keeps text from becoming statements or lines. */

/** What may stand bare: no blank, quote, brace, semicolon or control character. */
export function isWord(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x22 || code === 0x3b || code === 0x7b || code === 0x7d || code === 0x7f) return false;
  }
  return text !== '';
}

/** The text itself where it is one word; throws elsewhere, as no caller may let that happen. */
export function word(text: string): string {
  if (!isWord(text)) throw unprintable(text);
  return text;
}

/** Text of nft's strings, which have no escapes: no double quote, no control character. */
export function isQuotable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x7f) return false;
  }
  return true;
}

/** Text in double quotes; throws where it would end them. */
export function quoted(text: string): string {
  if (!isQuotable(text)) throw unprintable(text);
  return `"${text}"`;
}

function unprintable(text: string): Error {
  return new Error(`nft has no way to write ${JSON.stringify(text)}`);
}
