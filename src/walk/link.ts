/** A list that shares its tail: branches of a walk have their beginning in common. */
export interface Link<Item> {
  readonly item: Item;
  readonly before: Link<Item> | undefined;
}

/** The items, first come first. */
export function itemsOf<Item>(last: Link<Item> | undefined): Item[] {
  const items: Item[] = [];
  for (let link = last; link !== undefined; link = link.before) items.push(link.item);
  return items.reverse();
}
