/**
 * The candidate closest to `text`, for "did you mean": the fewest insertions, deletions, replacements and swaps of
 * neighbours. Undefined if even the closest differs in more than a third of its characters.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = text.slice(0, 100).toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const most = Math.min(bestDistance - 1, Math.max(1, candidate.length / 3));
    // The distance is at least the difference in length; so long candidates cost nothing.
    if (Math.abs(candidate.length - wanted.length) > most) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= most) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The same for a fixed list of choices. If none is close, the only choice that begins with `text`. */
export function nearestChoice(text: string, choices: readonly string[]): string | undefined {
  const all = text.length < 3 ? [] : choices.filter((one) => one.startsWith(text.toLowerCase()));
  return nearest(text, choices) ?? (all.length === 1 ? all[0] : undefined);
}

/** The optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
