import type { MaskedAddress, TraceAddress } from './address.js';

/**
 * Values by prefix, for the longest one that holds an address: a look-up for each length there is, 33 or 129 at most,
 * however many prefixes there are.
 */
export class PrefixIndex<Value> {
  private readonly byMask = new Map<bigint, Map<bigint, Value>>();
  /** Longest prefixes first. */
  private masks: readonly bigint[] = [];

  /** Of values with the same prefix, the one that `isBetter` than the one before counts; without it, the first. */
  add({ base, mask }: MaskedAddress, value: Value, isBetter: (one: Value, than: Value) => boolean = () => false): void {
    const values = this.byMask.get(mask) ?? new Map<bigint, Value>();
    if (!this.byMask.has(mask)) {
      this.byMask.set(mask, values);
      this.masks = [...this.byMask.keys()].sort((a, b) => (a < b ? 1 : -1));
    }
    const known = values.get(base);
    if (known === undefined || isBetter(value, known)) values.set(base, value);
  }

  /** What is known of the longest prefix that holds the address. */
  longest({ value }: TraceAddress): Value | undefined {
    for (const mask of this.masks) {
      const found = this.byMask.get(mask)?.get(value & mask);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
