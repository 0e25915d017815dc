import {
  addressBits,
  addressScope,
  formatAddress,
  parseAddress,
  parsePrefix,
  prefixContains,
  type Address,
  type Family,
  type Prefix,
} from '../net/address.js';
import type { HostInterface } from './host.js';

/** On which addresses of the node its node ports answer (`nodePortAddresses`; pkg/proxy/util/nodeport_addresses.go). */
export interface NodePortAddresses {
  /** All addresses of the family: none was given, or a prefix of length 0. */
  readonly matchesAll: boolean;
  readonly prefixes: readonly Prefix[];
}

/**
 * Reads `nodePortAddresses` for one family. `primary` alone (1.31 and newer) stands for the node's primary address; in
 * a family where the node has none, no prefix is left, which matches all (cmd/kube-proxy/app/server.go).
 */
export function nodePortAddresses(
  texts: readonly string[],
  family: Family,
  primaryAddress: string | undefined,
): NodePortAddresses {
  if (texts.length === 1 && texts[0] === 'primary') return primaryOnly(primaryAddress);
  const prefixes = texts
    .map((text) => parsePrefix(text))
    .filter((prefix): prefix is Prefix => prefix?.family === family);
  const matchesAll = prefixes.length === 0 || prefixes.some((prefix) => prefix.length === 0);
  return { matchesAll, prefixes: matchesAll ? [] : prefixes };
}

function primaryOnly(primaryAddress: string | undefined): NodePortAddresses {
  const address = primaryAddress === undefined ? undefined : parseAddress(primaryAddress);
  if (address === undefined || addressScope(address) === 'loopback') return { matchesAll: true, prefixes: [] };
  return { matchesAll: false, prefixes: [{ ...address, length: addressBits(address.family) }] };
}

/** Whether 127.0.0.0/8 is among the addresses (only then are localhost node ports set up). */
export function includesIpv4Loopback(addresses: NodePortAddresses): boolean {
  const loopback: Address = { family: 'ipv4', bytes: [127, 0, 0, 0] };
  return (
    addresses.matchesAll ||
    addresses.prefixes.some(
      (prefix) => prefix.family === 'ipv4' && (prefix.bytes[0] === 127 || prefixContains(prefix, loopback)),
    )
  );
}

/** The node's own addresses that node ports answer on, canonical and in bytewise order. */
export function matchingNodeAddresses(
  addresses: NodePortAddresses,
  interfaces: readonly HostInterface[],
  family: Family,
): string[] {
  const matching = new Set<string>();
  for (const text of interfaces.flatMap((one) => one.addresses)) {
    const address = parseAddress(text.split('/')[0] ?? '');
    if (address?.family !== family) continue;
    if (addresses.matchesAll || addresses.prefixes.some((prefix) => prefixContains(prefix, address)))
      matching.add(formatAddress(address));
  }
  return [...matching].sort();
}

/** Whether an address' text is a loopback address. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && addressScope(address) === 'loopback';
}
