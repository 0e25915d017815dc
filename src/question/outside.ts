/** Whether a client is outside the cluster, by its address. */
import { placesOnNode } from '../explain/node.js';
import { formatAddress, parseAddress, parsePrefix, prefixContains, type Address, type Prefix } from '../net/address.js';
import type { NodeModel } from '../node/types.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/whose.js';
import type { HostModel } from '../walk/host.js';
import { leadsToPods } from '../walk/pod-interfaces.js';
import type { NamedEnds } from './ends.js';
import type { PacketWords } from './words.js';

/**
 * Whether `--from` is an address outside the cluster: it belongs to no Pod and no node, and is in no range of Pods. If
 * no range of Pods is known, a private address may belong to a Pod, and so may one near the endpoints: these do not
 * count as outside.
 */
export function isOutsideClient(
  said: Pick<PacketWords, 'isLocal' | 'inInterface'>,
  { from, directory }: Pick<NamedEnds, 'from' | 'directory'>,
  node: NodeModel,
  host: HostModel,
): boolean {
  if (said.isLocal === true || from?.kind !== 'address') return false;
  const { text } = from.address;
  const address = parseAddress(text);
  if (address === undefined || host.isLocal(from.address) === true || isKnown(text, directory)) return false;
  if (said.inInterface !== undefined && leadsToPods(said.inInterface)) return false;
  const ranges = podRanges(node, address.family);
  if (ranges.some((range) => prefixContains(range, address))) return false;
  return !isPrivate(address) || (ranges.length > 0 && !isBesideEndpoints(address, directory));
}

function isKnown(text: string, directory: Directory): boolean {
  return podsAt(text, directory).length > 0 || knownNodes(directory).some(({ addresses }) => addresses.includes(text));
}

function podRanges(node: NodeModel, family: Address['family']): Prefix[] {
  const places = placesOnNode(node, family);
  if (places === undefined) return [];
  return [...places.here, ...places.elsewhere, ...(places.podRange === undefined ? [] : [places.podRange])];
}

/** RFC 1918, RFC 6598 (shared addresses, which some networks give to Pods), RFC 3927; RFC 4193 and link-local ones. */
const privateRanges = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
].flatMap((text) => parsePrefix(text) ?? []);

function isPrivate(address: Address): boolean {
  return privateRanges.some((range) => prefixContains(range, address));
}

/** Whether an endpoint is in the same /16 or /64: networks assign Pod addresses from such a range. */
function isBesideEndpoints(address: Address, directory: Directory): boolean {
  const length = address.family === 'ipv4' ? 16 : 64;
  const range = parsePrefix(`${formatAddress(address)}/${length}`);
  const nodes = new Set(knownNodes(directory).flatMap(({ addresses }) => addresses));
  return directory.inRules.some(({ endpoints }) =>
    endpoints.some((endpoint) => {
      const text = endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
      const other = nodes.has(text) ? undefined : parseAddress(text);
      return range !== undefined && other !== undefined && prefixContains(range, other);
    }),
  );
}
