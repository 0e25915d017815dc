/** Whether clients are outside the cluster, by their addresses. */
import { placesOnNode } from '../explain/node.js';
import { formatPrefix, parseAddress, parsePrefix, type Family } from '../net/address.js';
import type { NodeModel } from '../node/types.js';
import { knownNodes, knownPods, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/holders.js';
import { readAddress } from '../walk/address.js';
import { privateAddresses } from '../walk/private-addresses.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import type { HostModel } from '../walk/host.js';
import { leadsToPods } from '../walk/pod-interfaces.js';
import { readAddressSet } from '../walk/set-text.js';
import type { NamedEnds } from './ends.js';
import { readPlace } from './set-place.js';
import { outsideClient, type PacketWords } from './words.js';

/** Addresses reserved for documentation (RFC 5737, RFC 3849) represent a client elsewhere. */
export const outsideSources: Record<Family, readonly [string, string]> = {
  ipv4: ['203.0.113.77', '198.51.100.77'],
  ipv6: ['2001:db8:77::77', '2001:db8:88::88'],
};

/** Where clients are. `partly`: of several addresses some are inside; `unknown`: nothing shows it. */
export type ClientPlace = 'inside' | 'outside' | 'partly' | 'unknown';

/**
 * Where the clients of `--from` are: an address, a set of addresses, a name, or `outside`. An address is inside if a Pod
 * or node has it, or a range of Pods contains it. If no range of Pods is known, a private address may belong to a Pod,
 * and so may one near the endpoints: of these it is unknown. Without `--from`, packets count as sent from inside,
 * because that is what cluster IPs are for.
 */
export function placeOfClient(
  said: Pick<PacketWords, 'from' | 'isLocal' | 'inInterface'>,
  { from, directory }: Pick<NamedEnds, 'from' | 'directory'>,
  node: NodeModel,
  host: HostModel,
): ClientPlace {
  if (said.from === outsideClient) return 'outside';
  if (said.isLocal === true) return 'inside';
  if (said.inInterface !== undefined && leadsToPods(said.inInterface)) return 'inside';
  if (from?.kind === 'address') {
    const { family, text, value } = from.address;
    if (host.isLocal(from.address) === true || podsAt(text, directory).length > 0) return 'inside';
    return placeOfSet(addressSets.one(value), family, directory, node);
  }
  const addresses = from === undefined ? readPlace(said.from ?? '')?.addresses : undefined;
  if (addresses === undefined) return 'inside';
  const { family } = addresses;
  return family === undefined ? 'partly' : placeOfSet(addresses.set, family, directory, node);
}

function placeOfSet(set: AddressSet, family: Family, directory: Directory, node: NodeModel): ClientPlace {
  const ranges = podRanges(node, family);
  const known = addressSets.union(ranges, setOf(knownAddresses(directory, node), family));
  if (isEmpty(addressSets.subtract(set, known))) return 'inside';
  if (!isEmpty(addressSets.intersect(set, known))) return 'partly';
  if (isEmpty(addressSets.intersect(set, privateAddresses[family]))) return 'outside';
  const isApart = isEmpty(addressSets.intersect(set, besideEndpoints(directory, family)));
  return !isEmpty(ranges) && isApart ? 'outside' : 'unknown';
}

function isEmpty(set: AddressSet): boolean {
  return set.length === 0;
}

/** The addresses of Pods and nodes. */
function knownAddresses(directory: Directory, { host }: NodeModel): string[] {
  return [
    ...knownPods(directory).flatMap(({ addresses }) => Object.values(addresses)),
    ...knownNodes(directory).flatMap(({ addresses }) => addresses),
    ...(host?.nodeIPs ?? []),
    ...(host?.interfaces ?? []).flatMap(({ addresses }) => addresses.map((text) => text.replace(/\/\d+$/, ''))),
  ];
}

function podRanges(node: NodeModel, family: Family): AddressSet {
  const places = placesOnNode(node, family);
  if (places === undefined) return addressSets.none;
  const ranges = [...places.here, ...places.elsewhere, ...(places.podRange === undefined ? [] : [places.podRange])];
  return setOf(ranges.map(formatPrefix), family);
}

/** The addresses in texts of one family: addresses and prefixes. */
function setOf(texts: readonly string[], family: Family): AddressSet {
  return addressSets.of(
    texts.flatMap((text) => {
      const address = readAddress(text);
      if (address !== undefined) return address.family === family ? [[address.value, address.value] as const] : [];
      const read = readAddressSet(text);
      return read?.family === family ? addressSets.pairs(read.set) : [];
    }),
  );
}

/** The /16 or /64 of each endpoint that is not a node: networks assign Pod addresses from such a range. */
function besideEndpoints(directory: Directory, family: Family): AddressSet {
  const nodes = new Set(knownNodes(directory).flatMap(({ addresses }) => addresses));
  const texts = directory.inRules.flatMap(({ endpoints }) =>
    endpoints.map((endpoint) => endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')),
  );
  const ranges = new Set(
    texts.flatMap((text) => {
      const address = nodes.has(text) ? undefined : parseAddress(text);
      const prefix = address?.family === family ? parsePrefix(`${text}/${family === 'ipv4' ? 16 : 64}`) : undefined;
      return prefix === undefined ? [] : [formatPrefix(prefix)];
    }),
  );
  return setOf([...ranges], family);
}
