/** Finds the rules of a long chain that may match a destination, without looking at the others. */
import type { Rule } from '../iptables/types.js';
import { readAddress } from './address.js';

/**
 * Rules by the destination they demand: address and port, address alone, port alone, or neither. Rules of a class stand
 * in their order, so that merging four classes gives the rules of the chain in theirs, less those that cannot match.
 */
export class ChainIndex {
  private constructor(
    private readonly byAddressAndPort: ReadonlyMap<string, readonly number[]>,
    private readonly byAddress: ReadonlyMap<string, readonly number[]>,
    private readonly byPort: ReadonlyMap<string, readonly number[]>,
    private readonly rest: readonly number[],
  ) {}

  /** An index, or undefined where the chain is short or most of its rules ask for no destination. */
  static of(rules: readonly Rule[]): ChainIndex | undefined {
    if (rules.length < 16) return undefined;
    const both = new Map<string, number[]>();
    const addresses = new Map<string, number[]>();
    const ports = new Map<string, number[]>();
    const rest: number[] = [];
    rules.forEach((rule, number) => {
      const { address, port } = demandOf(rule);
      if (address !== undefined && port !== undefined) add(both, `${address} ${port}`, number);
      else if (address !== undefined) add(addresses, address, number);
      else if (port !== undefined) add(ports, port, number);
      else rest.push(number);
    });
    return rest.length * 2 > rules.length ? undefined : new ChainIndex(both, addresses, ports, rest);
  }

  /** Numbers (from 0) of the rules that may match, in order. */
  candidates(address: string, protocol: string, port: number): readonly number[] {
    const lists = [
      this.byAddressAndPort.get(`${address} ${protocol}${port}`),
      this.byAddress.get(address),
      this.byPort.get(`${protocol}${port}`),
      this.rest,
    ].filter((list): list is readonly number[] => list !== undefined && list.length > 0);
    const [only = []] = lists;
    return lists.length < 2 ? only : lists.flat().sort((a, b) => a - b);
  }
}

function add(map: Map<string, number[]>, key: string, number: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [number]);
  else list.push(number);
}

interface Demand {
  readonly address: string | undefined;
  readonly port: string | undefined;
}

function demandOf({ matches }: Rule): Demand {
  let address: string | undefined;
  let port: string | undefined;
  for (const match of matches) {
    if (match.kind === 'destination' && match.negated !== true) address = hostOf(match.prefix);
    else if (
      (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') &&
      match.destinationPortNegated !== true
    ) {
      const range = match.destinationPort;
      if (range !== undefined && range.from === range.to) port = `${match.kind}${range.from}`;
    }
  }
  return { address, port };
}

/** The one address that a prefix holds; undefined where it holds more. */
function hostOf(prefix: string): string | undefined {
  const slash = prefix.indexOf('/');
  if (slash < 0) return readAddress(prefix)?.text;
  const length = prefix.slice(slash + 1);
  const address = prefix.slice(0, slash);
  if (length !== (address.includes(':') ? '128' : '32')) return undefined;
  return readAddress(address)?.text;
}
