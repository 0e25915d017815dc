/** Shares of few outcomes, as lists. */

/** Numbers in ascending order, each once, with their shares. */
export interface ShareList {
  readonly numbers: readonly number[];
  readonly values: readonly number[];
}

/** Sorts numbers and adds up the shares of those that occur several times. Quick for few numbers, mostly in order. */
export function listOf(all: Iterable<readonly [number: number, share: number]>): ShareList {
  const numbers: number[] = [];
  const values: number[] = [];
  for (const [number, share] of all) addTo(numbers, values, number, share);
  return { numbers, values };
}

/** Adds a share to lists that remain in order. */
function addTo(numbers: number[], values: number[], number: number, share: number): void {
  let at = numbers.length;
  while (at > 0 && (numbers[at - 1] ?? 0) > number) at--;
  if (at > 0 && numbers[at - 1] === number) values[at - 1] = (values[at - 1] ?? 0) + share;
  else if (at === numbers.length) {
    numbers.push(number);
    values.push(share);
  } else {
    numbers.splice(at, 0, number);
    values.splice(at, 0, share);
  }
}

/** Calls `visit` for each number of either list in order; a number that only one of them has counts as 0 in the other. */
export function eachNumber(
  a: ShareList,
  b: ShareList,
  visit: (number: number, share: number | undefined, other: number | undefined) => void,
): void {
  let [at, to] = [0, 0];
  while (at < a.numbers.length || to < b.numbers.length) {
    const number = Math.min(a.numbers[at] ?? Infinity, b.numbers[to] ?? Infinity);
    const share = a.numbers[at] === number ? a.values[at++] : undefined;
    const other = b.numbers[to] === number ? b.values[to++] : undefined;
    visit(number, share, other);
  }
}

/** Both lists, added up. */
export function listSum(a: ShareList, b: ShareList): ShareList {
  const numbers: number[] = [];
  const values: number[] = [];
  eachNumber(a, b, (number, share = 0, other = 0) => {
    numbers.push(number);
    values.push(share + other);
  });
  return { numbers, values };
}
