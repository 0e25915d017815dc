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
