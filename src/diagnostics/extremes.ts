/** The greatest value, but at least `atLeast`. `Math.max(...values)` fails with 120,000 values or more. */
export function greatest(values: Iterable<number>, atLeast = -Infinity): number {
  let found = atLeast;
  for (const value of values) if (value > found) found = value;
  return found;
}

/** The least value; Infinity if there is none. */
export function least(values: Iterable<number>): number {
  let found = Infinity;
  for (const value of values) if (value < found) found = value;
  return found;
}

/** Appends values to a list. `list.push(...values)` fails with 120,000 values or more. */
export function append<T>(list: T[], values: Iterable<T>): void {
  for (const value of values) list.push(value);
}
