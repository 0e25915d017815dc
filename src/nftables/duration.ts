/** Durations in nft's notation: `1d2h`, `5m`, `500ms`. */

const units: readonly (readonly [name: string, milliseconds: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A duration in milliseconds as text; zero is `0s`. */
export function formatDuration(milliseconds: number): string {
  let text = '';
  let rest = milliseconds;
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${name}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** A duration in milliseconds. Weeks are accepted, and a bare number is seconds. Undefined for other text. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,12})s)?(?:(\d{1,15})ms)?$/.exec(
    text,
  );
  if (parts !== null && text !== '') {
    const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0, rest = 0] = parts
      .slice(1)
      .map((part) => Number(part || 0));
    return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + rest;
  }
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : undefined;
}
