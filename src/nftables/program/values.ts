/** Converts constants to sets of addresses, ports, protocols and numbers. */
import type { Family } from '../../net/address.js';
import { readAddress, readMaskedAddress } from '../../walk/address.js';
import { addressSets, maskedSet, type AddressSet } from '../../walk/address-set.js';
import { protocolNumberOf, traceProtocols, type TraceProtocol } from '../../walk/packet.js';
import { portSets, type PortSet } from '../../walk/transport.js';
import type { Constant, Expression } from '../types.js';

/** The addresses of a constant; undefined if it has none. */
export function addressesOf(value: Expression, family: Family): AddressSet | undefined {
  switch (value.kind) {
    case 'literal': {
      if (value.text === '*') return undefined;
      const address = readAddress(value.text);
      return address === undefined
        ? undefined
        : address.family === family
          ? addressSets.one(address.value)
          : addressSets.none;
    }
    case 'prefix': {
      const masked = readMaskedAddress(`${value.address.text}/${value.length}`, family);
      return masked === undefined ? undefined : maskedSet(masked, family);
    }
    case 'range': {
      const [from, to] = [readAddress(value.from.text), readAddress(value.to.text)];
      if (from?.family !== family || to?.family !== family || from.value > to.value) return undefined;
      return addressSets.of([[from.value, to.value]]);
    }
    default:
      return undefined;
  }
}

/** A number in nft's notations; undefined for other words. */
export function numberOf({ text }: Constant): number | undefined {
  return /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
}

/** A number, a range of numbers or one of `names`, as a range. */
export function numbersOf(
  value: Expression,
  names: ReadonlyMap<string, number> = new Map(),
): readonly [number, number] | undefined {
  if (value.kind === 'literal') {
    const number = numberOf(value) ?? names.get(value.text);
    return number === undefined ? undefined : [number, number];
  }
  if (value.kind !== 'range') return undefined;
  const [from, to] = [numberOf(value.from), numberOf(value.to)];
  return from === undefined || to === undefined || from > to ? undefined : [from, to];
}

/** Ports by service name, for files written by people; nft lists numbers. */
const services: ReadonlyMap<string, number> = new Map([
  ['ssh', 22],
  ['domain', 53],
  ['http', 80],
  ['https', 443],
]);

export function portsOf(value: Expression): PortSet | undefined {
  const range = numbersOf(value, services);
  return range === undefined ? undefined : portSets.of([range]);
}

/** Protocols by name. The walk has no packets of other protocols. */
const protocolNames: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  ['sctp', 132],
]);

/** The protocols of a constant, out of those that the walk tracks. */
export function protocolsOf(value: Expression, family: Family): readonly TraceProtocol[] | undefined {
  const isOther = value.kind === 'literal' && /^[a-z][a-z0-9-]*$/.test(value.text) && !protocolNames.has(value.text);
  const range = isOther ? ([-1, -1] as const) : numbersOf(value, protocolNames);
  if (range === undefined) return undefined;
  const [from, to] = range;
  return traceProtocols.filter((protocol) => {
    const number = protocolNumberOf({ family, protocol });
    return number >= from && number <= to;
  });
}
