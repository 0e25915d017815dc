/** The items by key; keys are in the order of their first items, and the items of each key in reading order. */
export function groupBy<Key, Item>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) addToGroup(groups, keyOf(item), item);
  return groups;
}

/** Adds an item to the list of a key. */
export function addToGroup<Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

/** The value of a key; if there is none, `make` makes the one that is kept. */
export function entryOf<Key, Value>(entries: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = entries.get(key);
  if (value === undefined) entries.set(key, (value = make()));
  return value;
}

/** How often each key occurs. */
export function countsOf<Key>(keys: Iterable<Key>): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) addToCount(counts, key);
  return counts;
}

/** Adds to the number of a key, which is 0 at first. */
export function addToCount<Key>(counts: Map<Key, number>, key: Key, number = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + number);
}
