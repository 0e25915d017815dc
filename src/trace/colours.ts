import { coloured } from '../diagnostics/terminal.js';
/** Emphasis for a terminal; otherwise the text is unchanged. */
export interface Colours {
  bold(text: string): string;
  faint(text: string): string;
  bad(text: string): string;
  good(text: string): string;
}

export function colours(isWanted: boolean): Colours {
  const paint =
    (code: number) =>
    (text: string): string =>
      isWanted ? coloured(text, code) : text;
  return { bold: paint(1), faint: paint(2), bad: paint(31), good: paint(32) };
}
