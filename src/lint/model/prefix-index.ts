import { maskBytes, prefixContains, type Address, type Prefix } from '../../net/address.js';

/**
 * Prefixes, each with an owner. A lookup takes one step for each prefix length that occurs, however many prefixes there
 * are.
 */
export class PrefixIndex<Owner> {
  readonly #byLength = new Map<string, { readonly prefix: Prefix; readonly owners: Map<string, Owner> }>();

  add(prefix: Prefix, owner: Owner): void {
    const length = `${prefix.family}/${prefix.length}`;
    let known = this.#byLength.get(length);
    if (known === undefined) this.#byLength.set(length, (known = { prefix, owners: new Map() }));
    const key = networkKey(prefix, prefix.length);
    if (!known.owners.has(key)) known.owners.set(key, owner);
  }

  /** The owner of a prefix that contains the address. */
  find(address: Address): Owner | undefined {
    for (const { prefix, owners } of this.#byLength.values()) {
      if (prefix.family !== address.family) continue;
      if (owners.size === 1 && !prefixContains(prefix, address)) continue;
      const owner = owners.get(networkKey(address, prefix.length));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }
}

function networkKey({ bytes }: Address, length: number): string {
  return maskBytes(bytes, length).join('.');
}
