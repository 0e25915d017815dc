/** The greatest of the values, `atLeast` where none is greater: `Math.max(...values)` fails from 120,000 on. */
export function greatest(values: Iterable<number>, atLeast = -Infinity): number {
  let found = atLeast;
  for (const value of values) if (value > found) found = value;
  return found;
}

/** The least of the values; Infinity where there is none. */
export function least(values: Iterable<number>): number {
  let found = Infinity;
  for (const value of values) if (value < found) found = value;
  return found;
}

/** Adds values to the end of a list: `list.push(...values)` fails from 120,000 on. */
export function append<T>(list: T[], values: Iterable<T>): void {
  for (const value of values) list.push(value);
}
