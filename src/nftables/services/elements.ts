import { isVerdict } from '../print-expression.js';
import type { SetElement } from '../types.js';
import { literalText, partsOf } from '../constants.js';

/** The destination in a key of kube-proxy's sets and maps. */
interface ElementDestination {
  /** `''` in maps of node ports. */
  readonly address: string;
  /** `''` in sets of addresses. */
  readonly protocol: string;
  /** Undefined in sets of addresses, and for keys that are not kube-proxy's. */
  readonly port: number | undefined;
}

/** Reads `10.96.0.1 . tcp . 443`, `tcp . 30080` or `10.96.0.1`. */
export function destinationOfElement({ key }: SetElement): ElementDestination {
  const words = partsOf(key).map(literalText);
  const [address, protocol, port] =
    words.length === 2 ? ['', ...words] : words.length === 3 ? words : [words[0], undefined, undefined];
  return {
    address: address ?? '',
    protocol: protocol ?? '',
    port: port === undefined || !/^\d{1,5}$/.test(port) ? undefined : Number(port),
  };
}

/** The chain in an element's verdict. */
export function verdictChain({ value }: SetElement): string | undefined {
  return value !== undefined && isVerdict(value) && (value.kind === 'jump' || value.kind === 'goto')
    ? value.chain
    : undefined;
}
