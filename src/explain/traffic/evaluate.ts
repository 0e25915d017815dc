import { parseAddress, parsePrefixOrAddress, prefixContains, type Address, type Prefix } from '../../net/address.js';
import type { Match } from '../../iptables/types.js';
import type { IpSet } from '../../ipvs/types.js';
import type { Packet } from './packet.js';

/** The sets of a node by name: each with its elements' text. */
export type SetContents = ReadonlyMap<string, ReadonlySet<string>>;

/** Sets whose elements are looked up as text; undefined for a dump without sets. */
export function setContents(sets: readonly IpSet[]): SetContents {
  return new Map(sets.map((set) => [set.name, new Set(set.elements.map(({ element }) => element))]));
}

/**
 * Chance that a match holds for the first packet of a connection: 0, 1 or between; undefined where rules alone cannot
 * tell.
 */
export function chanceOf(match: Match, packet: Packet, mark: number, sets: SetContents): number | undefined {
  const { client } = packet;
  switch (match.kind) {
    case 'comment':
    case 'nfacct':
      return 1;
    case 'source':
      return negated(match, client.address === undefined ? undefined : inPrefix(client.address, match.prefix));
    case 'destination':
      return negated(match, inPrefix(packet.destination, match.prefix));
    case 'inInterface':
      return negated(match, matchesInterface(match.name, client.kind === 'node' ? '' : client.interface));
    case 'protocol':
      return negated(match, match.protocol === packet.protocol);
    case 'tcp':
    case 'udp':
    case 'sctp':
      return portChance(match, packet);
    case 'mark':
      return negated(match, (mark & match.mark.mask) >>> 0 === match.mark.value >>> 0);
    case 'conntrackState':
    case 'state':
      return negated(match, match.states.includes('NEW'));
    case 'addressType':
      return addressTypeChance(match, packet);
    case 'statistic':
      return match.negated === true ? 1 - match.probability : match.probability;
    case 'recent':
      return negated(match, match.action === 'set');
    case 'physdevIsIn':
      return negated(match, false);
    case 'set':
      return setChance(match, packet, sets);
    // Met in both directions, once IPVS has taken the connection up (net/netfilter/xt_ipvs.c).
    case 'ipvsVirtualService':
      return packet.isTakenUp === true && isVirtualServer(match, packet) ? 1 : 0;
    default:
      return undefined;
  }
}

function negated(match: { readonly negated?: boolean }, holds: boolean | undefined): number | undefined {
  if (holds === undefined) return undefined;
  return holds === (match.negated !== true) ? 1 : 0;
}

const parsedAddresses = new Map<string, Address | undefined>();
const parsedPrefixes = new Map<string, Prefix | undefined>();

function inPrefix(address: string, prefix: string): boolean | undefined {
  const parsedPrefix = remember(parsedPrefixes, prefix, parsePrefixOrAddress);
  const parsedAddress = remember(parsedAddresses, address, (text) => parseAddress(text));
  return parsedPrefix === undefined || parsedAddress === undefined
    ? undefined
    : prefixContains(parsedPrefix, parsedAddress);
}

/** Starts over when full. */
function remember<Value>(cache: Map<string, Value>, text: string, parse: (text: string) => Value): Value {
  if (cache.has(text)) return cache.get(text) as Value;
  if (cache.size >= 4096) cache.clear();
  const value = parse(text);
  cache.set(text, value);
  return value;
}

function matchesInterface(pattern: string, name: string | undefined): boolean | undefined {
  if (name === undefined) return undefined;
  return pattern.endsWith('+') ? name !== '' && name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function isVirtualServer(
  { address, protocol, port }: Match & { readonly kind: 'ipvsVirtualService' },
  packet: Packet,
): boolean {
  return protocol === packet.protocol && port === packet.port && inPrefix(packet.destination, address) === true;
}

function portChance(match: Match & { readonly kind: 'tcp' | 'udp' | 'sctp' }, packet: Packet): number | undefined {
  if (match.kind !== packet.protocol) return 0;
  const { destinationPort, destinationPortNegated } = match;
  if (destinationPort !== undefined) {
    const inRange = packet.port >= destinationPort.from && packet.port <= destinationPort.to;
    if (inRange === (destinationPortNegated === true)) return 0;
  }
  return match.sourcePort !== undefined ||
    match.flags !== undefined ||
    match.option !== undefined ||
    match.chunkTypes !== undefined
    ? undefined
    : 1;
}

function addressTypeChance(match: Match & { readonly kind: 'addressType' }, packet: Packet): number | undefined {
  const source =
    match.sourceType === undefined
      ? 1
      : typeChance(match.sourceType, packet.client.kind === 'node', match.sourceNegated === true);
  const destination =
    match.destinationType === undefined
      ? 1
      : typeChance(match.destinationType, packet.toNode, match.destinationNegated === true);
  return source === 0 || destination === 0 ? 0 : source === undefined || destination === undefined ? undefined : 1;
}

function typeChance(type: string, isLocal: boolean, isNegated: boolean): number | undefined {
  return type === 'LOCAL' ? Number(isLocal !== isNegated) : undefined;
}

/**
 * kube-proxy's sets hold `ip,proto:port`, with a source `ip,proto:port,ip`, or bare ports; source networks are compared
 * one by one.
 */
function setChance(match: Match & { readonly kind: 'set' }, packet: Packet, sets: SetContents): number | undefined {
  const elements = sets.get(match.name);
  if (elements === undefined) return undefined;
  const there = `${packet.destination},${packet.protocol}:${packet.port}`;
  switch (match.directions.join(',')) {
    case 'dst':
      return negated(match, elements.has(String(packet.port)) || elements.has(packet.destination));
    case 'dst,dst':
      return negated(match, elements.has(there));
    case 'dst,dst,src':
      return negated(match, sourceInSet(elements, there, packet.client.address));
    case 'src,dst':
      return negated(
        match,
        packet.client.address === undefined
          ? undefined
          : elements.has(`${packet.client.address},${packet.protocol}:${packet.port}`),
      );
    default:
      return undefined;
  }
}

function sourceInSet(elements: ReadonlySet<string>, there: string, source: string | undefined): boolean | undefined {
  if (source === undefined) return undefined;
  if (elements.has(`${there},${source}`)) return true;
  for (const element of elements)
    if (element.startsWith(`${there},`) && inPrefix(source, element.slice(there.length + 1)) === true) return true;
  return false;
}
