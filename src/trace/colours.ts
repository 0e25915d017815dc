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
      isWanted ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { bold: paint(1), faint: paint(2), bad: paint(31), good: paint(32) };
}
