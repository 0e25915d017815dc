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

/** The node's addresses that accept node ports (`nodePortAddresses`; pkg/proxy/util/nodeport_addresses.go). */
export interface NodePortAddresses {
  /** All addresses of the family: no prefix was given, or one of length 0. */
  readonly matchesAll: boolean;
  readonly prefixes: readonly Prefix[];
}

/**
 * Reads `nodePortAddresses` for one family. A single `primary` (1.31 and newer) means the node's primary address. If
 * the node has none in this family, no prefix remains, which matches all addresses (cmd/kube-proxy/app/server.go).
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

/** Whether the addresses include 127.0.0.0/8; only then are localhost node ports set up. */
export function includesIpv4Loopback(addresses: NodePortAddresses): boolean {
  const loopback: Address = { family: 'ipv4', bytes: [127, 0, 0, 0] };
  return (
    addresses.matchesAll ||
    addresses.prefixes.some(
      (prefix) => prefix.family === 'ipv4' && (prefix.bytes[0] === 127 || prefixContains(prefix, loopback)),
    )
  );
}

/** The node's own addresses that accept node ports, in canonical form and bytewise order. */
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

/** Whether a text is a loopback address. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && addressScope(address) === 'loopback';
}
