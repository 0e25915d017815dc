/** Sets of interface names, of which there may be thousands: one for each Pod of a node. */

/** Names that match, and names that do not. */
interface PartedNames {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

type Fits = (name: string) => boolean;

/** For fewer names, testing again is faster than a cache. */
const few = 8;
const remembered = new WeakMap<Fits, WeakMap<readonly string[], PartedNames>>();

/** Whether all names match (true) or none (false); undefined if only some do. */
export function allOrNone(names: readonly string[], fits: Fits): boolean | undefined {
  if (names.length > few) {
    const { inside, outside } = partNames(names, fits);
    return inside.length === 0 ? false : outside.length === 0 ? true : undefined;
  }
  let count = 0;
  for (const name of names) if (fits(name)) count++;
  return count === 0 ? false : count === names.length ? true : undefined;
}

/**
 * Divides names by whether they match. The result for many names is cached, because thousands of sets of packets share
 * them.
 */
export function partNames(names: readonly string[], fits: Fits): PartedNames {
  if (names.length <= few) return newParted(names, fits);
  const before = remembered.get(fits) ?? new WeakMap<readonly string[], PartedNames>();
  const known = before.get(names);
  if (known !== undefined) return known;
  const made = newParted(names, fits);
  remembered.set(fits, before.set(names, made));
  return made;
}

function newParted(names: readonly string[], fits: Fits): PartedNames {
  return { inside: names.filter(fits), outside: names.filter((name) => !fits(name)) };
}

/** The names in both lists, in the order of the first; the first list itself if all are. */
export function namesOfBoth(names: readonly string[], others: readonly string[]): readonly string[] {
  if (names === others) return names;
  if (others.length <= few)
    return names.every((name) => others.includes(name)) ? names : names.filter((name) => others.includes(name));
  const known = new Set(others);
  const both = names.filter((name) => known.has(name));
  return both.length === names.length ? names : both;
}

/** Whether it is the loopback interface. */
export function isLoopback(name: string): boolean {
  return name === 'lo';
}
