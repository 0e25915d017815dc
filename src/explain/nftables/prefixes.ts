import { addressBits } from '../../net/address.js';
import { addressOfValue, readAddress, type TraceAddress } from '../../walk/address.js';

/** The prefixes equivalent to `10.0.0.1`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`; none for other texts. */
export function prefixesOf(text: string): string[] {
  const dash = text.indexOf('-');
  if (dash < 0) return [text];
  const [from, to] = [readAddress(text.slice(0, dash)), readAddress(text.slice(dash + 1))];
  return from === undefined || from.family !== to?.family ? [] : prefixesBetween(from, to);
}

/** At most two prefixes for each bit of an address. */
function prefixesBetween({ family, value: first }: TraceAddress, { value: last }: TraceAddress): string[] {
  const prefixes: string[] = [];
  const bits = addressBits(family);
  let from = first;
  while (from <= last) {
    let size = 1n;
    let length = bits;
    while (length > 0 && from % (size * 2n) === 0n && from + size * 2n - 1n <= last) {
      size *= 2n;
      length--;
    }
    prefixes.push(`${addressOfValue(from, family).text}/${length}`);
    from += size;
  }
  return prefixes;
}
