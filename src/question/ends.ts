/** Looks up both ends of a packet by name, and finds the node on which to walk it. */
import { quote } from '../diagnostics/quote.js';
import { directoryOf } from '../explain/directory.js';
import { onNode } from '../node/on-node.js';
import type { NodeModel } from '../node/types.js';
import { addressNames, type AddressNames } from '../targets/address-names.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { findName, onlyOne } from '../targets/find.js';
import { otherKindWords } from '../targets/other-kinds.js';
import { readName, type NameWanted } from '../targets/read-name.js';
import type { Found } from '../targets/types.js';
import { podsAt } from '../targets/holders.js';
import { readAddress } from '../walk/address.js';
import { UsageError } from '../diagnostics/usage-error.js';
import { isSetText } from './set-place.js';
import { controllerBehind } from './url.js';
import { outsideClient, type PacketWords } from './words.js';

/** The named ends of a packet, except Services and plain addresses. */
export interface NamedEnds {
  readonly to: Found | undefined;
  readonly from: Found | undefined;
  readonly nameOf: AddressNames;
  readonly directory: Directory;
}

/** The names in a node's inputs. */
export function namesOf(node: NodeModel, clusterDomain: string): Directory {
  return directoryOf({ node, findings: [], clusterDomain });
}

/**
 * Looks both ends up, except sets of addresses and `outside`. Throws UsageError for names that refer to nothing, or to
 * several things.
 */
export function namedEnds(said: PacketWords, directory: Directory): NamedEnds {
  const find = (option: 'to' | 'from'): Found | undefined => {
    const text = said[option];
    if (text === undefined || isSetText(text) || (option === 'from' && text === outsideClient)) return undefined;
    return lookUp(option, text, said, directory);
  };
  const isFree = said.from === undefined && said.isLocal !== true && said.inInterface === undefined;
  const controller = isFree ? controllerBehind(said.to ?? '', directory, said.scope) : undefined;
  return { to: find('to'), from: find('from') ?? controller, nameOf: addressNames(directory), directory };
}

/** Services by name are left to a later step that also finds them by the hashes in rules. */
function lookUp(option: 'to' | 'from', text: string, said: PacketWords, directory: Directory): Found | undefined {
  const wanted = readName(text);
  if (wanted?.kind === 'dns' && wanted.name === localhost) return localhostOf(option, wanted.port, said);
  if (wanted === undefined || (option === 'to' && isPlainService(wanted, said))) return undefined;
  const found = onlyOne(findName(wanted, directory, said.scope), text);
  if ('problem' in found)
    throw new UsageError(`--${option}: ${otherKindWords(wanted, directory, said.scope) ?? found.problem}`);
  return found;
}

/** Every machine and Pod has this name in its own file /etc/hosts; it is not looked up in the cluster's DNS. */
export const localhost = 'localhost';

/** The node's own loopback address. Throws UsageError for other clients: their packets stay with them. */
function localhostOf(option: 'to' | 'from', port: string | undefined, said: PacketWords): Found | undefined {
  if (option === 'from') throw new UsageError('--from: for a process of the node itself, give --local instead');
  if (said.from !== undefined || said.inInterface !== undefined)
    throw new UsageError(
      `--to: ${localhost} is the client itself, and such a packet does not leave it; for a process of the node, ` +
        'leave --from and --in-interface out (--node NAME chooses the node)',
    );
  const address = readAddress(said.ipFamily === 'ipv6' ? '::1' : '127.0.0.1');
  return address === undefined ? undefined : { kind: 'address', address, port, via: localhost };
}

function isPlainService(wanted: NameWanted, said: PacketWords): boolean {
  return (
    wanted.kind === 'object' &&
    wanted.objectKind === 'Service' &&
    (wanted.namespace !== undefined || !said.scope.isEverywhere)
  );
}

/**
 * The first node on the packet's way: its Pod's node, the node that sends it, or the node with its destination address.
 * Undefined if the command line names one, or it is unknown.
 */
export function nodeMet(said: PacketWords, { to, from, directory }: NamedEnds, current: string): string | undefined {
  if (said.node !== undefined || said.inInterface !== undefined) return undefined;
  const sender = from === undefined ? undefined : nodeOf(from, directory, current);
  if (sender !== undefined) return sender;
  return said.isLocal === true || to === undefined ? undefined : nodeWithAddress(to, directory);
}

/** Of several Pods, one on the current node is preferred. */
function nodeOf(found: Found, directory: Directory, current: string): string | undefined {
  const pods =
    found.kind === 'pods' ? found.pods : found.kind === 'address' ? podsAt(found.address.text, directory) : [];
  const pod = pods.find(({ nodeName }) => nodeName === current) ?? pods[0];
  return pod?.nodeName || nodeWithAddress(found, directory);
}

function nodeWithAddress(found: Found, directory: Directory): string | undefined {
  if (found.kind === 'node') return found.node.name;
  if (found.kind !== 'address') return undefined;
  return knownNodes(directory).find(({ addresses }) => addresses.includes(found.address.text))?.name;
}

/**
 * The model of the node to walk; the inputs' model if their rules are those of one node. `hasFacts`: host facts
 * (--host) were given, which belong to one node.
 */
export async function modelMet(node: NodeModel, name: string | undefined, hasFacts: boolean): Promise<NodeModel> {
  if (name === undefined || name === node.completed?.options.nodeName) return node;
  const other = await onNode(node, name);
  if (other !== undefined && hasFacts)
    throw new UsageError(
      `the packet meets node ${quote(name)} first, and --host describes node ${quote(node.completed?.options.nodeName ?? '')}; ` +
        `name the node of these facts with --node`,
    );
  return other ?? node;
}
