import type { MaskedAddress, TraceAddress } from './address.js';

/**
 * Values by prefix, to find the longest prefix that contains an address: one lookup for each prefix length that occurs
 * (at most 33 or 129), however many prefixes there are.
 */
export class PrefixIndex<Value> {
  private readonly byMask = new Map<bigint, Map<bigint, Value>>();
  /** Longest prefixes first. */
  private masks: readonly bigint[] = [];

  /**
   * Of several values for one prefix, the first is kept, or the one for which `isBetter` is true compared with the one
   * before.
   */
  add({ base, mask }: MaskedAddress, value: Value, isBetter: (one: Value, than: Value) => boolean = () => false): void {
    const values = this.byMask.get(mask) ?? new Map<bigint, Value>();
    if (!this.byMask.has(mask)) {
      this.byMask.set(mask, values);
      this.masks = [...this.byMask.keys()].sort((a, b) => (a < b ? 1 : -1));
    }
    const known = values.get(base);
    if (known === undefined || isBetter(value, known)) values.set(base, value);
  }

  /** The value of the longest prefix that contains the address. */
  longest({ value }: TraceAddress): Value | undefined {
    for (const mask of this.masks) {
      const found = this.byMask.get(mask)?.get(value & mask);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
