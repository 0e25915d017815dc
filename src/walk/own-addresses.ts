/** The addresses of a node's interfaces. */
import type { HostFacts } from '../proxy/host.js';
import {
  addressOfValue,
  isLoopbackAddress,
  prefixMask,
  readAddress,
  type MaskedAddress,
  type TraceAddress,
} from './address.js';

export interface OwnAddress {
  readonly name: string;
  readonly address: TraceAddress;
  readonly length: number;
}

/** The addresses of all interfaces in order; invalid ones are skipped. */
export function ownAddresses(facts: HostFacts | undefined): OwnAddress[] {
  return (facts?.interfaces ?? []).flatMap(({ name, addresses }) =>
    addresses.flatMap((text) => {
      const [host = '', length] = text.split('/');
      const address = readAddress(host);
      if (address === undefined) return [];
      const bits = address.family === 'ipv4' ? 32 : 128;
      return [
        { name, address, length: length === undefined ? bits : Math.min(bits, Math.max(0, Number(length) || 0)) },
      ];
    }),
  );
}

/** The subnet that an interface's address makes directly reachable. */
export function subnetOf({ address, length }: OwnAddress): MaskedAddress {
  const mask = prefixMask(length, address.family);
  return { base: address.value & mask, mask };
}

/** The last address of a subnet; subnets of one or two addresses have no broadcast address. */
export function broadcastOf(address: TraceAddress, length: number): string | undefined {
  if (address.family !== 'ipv4' || length > 30 || length === 0) return undefined;
  return addressOfValue(address.value | (prefixMask(length, 'ipv4') ^ 0xffffffffn), 'ipv4').text;
}

/** Loopback and link-local addresses are not used as sources for packets to elsewhere. */
export function isScopedAway(address: TraceAddress): boolean {
  return isLoopbackAddress(address) || (address.family === 'ipv6' && address.value >> 118n === 0x3fan);
}
