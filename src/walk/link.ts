/** A linked list. Branches of a walk share the steps before they split. */
export interface Link<Item> {
  readonly item: Item;
  readonly before: Link<Item> | undefined;
}

/** The items in order. */
export function itemsOf<Item>(last: Link<Item> | undefined): Item[] {
  const items: Item[] = [];
  for (let link = last; link !== undefined; link = link.before) items.push(link.item);
  return items.reverse();
}
