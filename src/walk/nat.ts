/** Parses and applies the address ranges of DNAT, SNAT, REDIRECT, NETMAP and MASQUERADE. */
import type { Family } from '../net/address.js';
import { addressOfValue, readAddress, readMaskedAddress, type TraceAddress } from './address.js';

/** The value of `--to-destination` or `--to-source`. */
export interface NatRange {
  /** Undefined: the address does not change. */
  readonly from: TraceAddress | undefined;
  readonly to: TraceAddress | undefined;
  readonly ports: { readonly from: number; readonly to: number } | undefined;
}

const withPorts = /^(?:\[([^\]]*)\]|([^\s[\]:]*))(?::(\d+)(?:-(\d+))?(?:\/\d+)?)?$/;

/** Reads a NAT range; undefined if the text is not one of the family. */
export function readNatRange(text: string, family: Family): NatRange | undefined {
  const bare = family === 'ipv6' && !text.startsWith('[') && !/^:\d/.test(text);
  const [, bracketed, plain, first, last] = bare ? [text, text] : (withPorts.exec(text) ?? []);
  const addresses = bracketed ?? plain;
  if (addresses === undefined) return undefined;
  const dash = addresses.indexOf('-');
  const fromText = dash < 0 ? addresses : addresses.slice(0, dash);
  const toText = dash < 0 ? addresses : addresses.slice(dash + 1);
  const from = fromText === '' ? undefined : readAddress(fromText);
  const to = dash < 0 ? from : toText === '' ? undefined : readAddress(toText);
  if ((fromText !== '' && from?.family !== family) || (toText !== '' && to?.family !== family)) return undefined;
  const ports = first === undefined ? undefined : { from: Number(first), to: Number(last ?? first) };
  return { from, to, ports };
}

const mostAddresses = 64n;

/** The addresses of a range, or the first few of a long one. */
export function addressesOf({ from, to }: NatRange): {
  readonly addresses: readonly TraceAddress[];
  readonly isWhole: boolean;
} {
  if (from === undefined || to === undefined || to.value <= from.value)
    return { addresses: from === undefined ? [] : [from], isWhole: true };
  const count = to.value - from.value + 1n;
  const shown = count > mostAddresses ? mostAddresses : count;
  const addresses = Array.from({ length: Number(shown) }, (_, index) =>
    addressOfValue(from.value + BigInt(index), from.family),
  );
  return { addresses, isWhole: shown === count };
}

/** NETMAP: replaces the address's leading bits by those of the prefix. */
export function mappedAddress(address: TraceAddress, prefix: string): TraceAddress | undefined {
  const masked = readMaskedAddress(prefix, address.family);
  return masked === undefined
    ? undefined
    : addressOfValue(masked.base | (address.value & ~masked.mask), address.family);
}
