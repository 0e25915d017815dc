/** What --to and --from of `kubechains trace` name, and on which node the packet is walked for it. */
import { quote } from '../diagnostics/quote.js';
import { directoryOf } from '../explain/directory.js';
import { onNode } from '../node/on-node.js';
import type { NodeModel } from '../node/types.js';
import { addressNames, type AddressNames } from '../targets/address-names.js';
import { knownNodes, type Directory } from '../targets/directory.js';
import { findName, onlyOne } from '../targets/find.js';
import { readName, type NameWanted } from '../targets/read-name.js';
import type { Found } from '../targets/types.js';
import { podsAt } from '../targets/whose.js';
import { UsageError, type Arguments } from './command.js';
import { clusterDomainOf, scopeOf } from './name-scope.js';

/** Both ends of a packet as they are named, as far as they name anything but Services and plain addresses. */
export interface NamedEnds {
  readonly to: Found | undefined;
  readonly from: Found | undefined;
  readonly nameOf: AddressNames;
  readonly directory: Directory;
}

/** The names of a node's inputs. */
export function traceDirectory(node: NodeModel, args: Arguments): Directory {
  return directoryOf({ node, findings: [], clusterDomain: clusterDomainOf(args) });
}

/**
 * Looks both ends up, but for sets of addresses, which `isSet` tells. Throws UsageError for names that stand for
 * nothing, or for several things.
 */
export function namedEnds(args: Arguments, directory: Directory, isSet: (text: string) => boolean): NamedEnds {
  const find = (option: 'to' | 'from'): Found | undefined => {
    const text = args.value(option);
    return text === undefined || isSet(text) ? undefined : lookUp(option, text, args, directory);
  };
  return { to: find('to'), from: find('from'), nameOf: addressNames(directory), directory };
}

/** Services by their own name are left to those who know them by the hashes of rules, too. */
function lookUp(option: 'to' | 'from', text: string, args: Arguments, directory: Directory): Found | undefined {
  const wanted = readName(text);
  if (wanted === undefined || (option === 'to' && isPlainService(wanted, args))) return undefined;
  const found = onlyOne(findName(wanted, directory, scopeOf(args)), text);
  if ('problem' in found) throw new UsageError(`--${option}: ${found.problem}`);
  return found;
}

function isPlainService(wanted: NameWanted, args: Arguments): boolean {
  return (
    wanted.kind === 'object' &&
    wanted.objectKind === 'Service' &&
    (wanted.namespace !== undefined || !args.has('all-namespaces'))
  );
}

/**
 * The node that the packet meets first: its Pod's, the one that sends it, or the one whose address it goes to. Undefined
 * where the command line says which, or nothing does.
 */
export function nodeMet(args: Arguments, { to, from, directory }: NamedEnds, current: string): string | undefined {
  if (args.has('node') || args.has('in-interface')) return undefined;
  const sender = from === undefined ? undefined : nodeOf(from, directory, current);
  if (sender !== undefined) return sender;
  return args.has('local') || to === undefined ? undefined : nodeWithAddress(to, directory);
}

/** Of several Pods, one of the node that is walked anyway goes before others. */
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

/** The node model that a packet is walked on; that of the inputs where their rules are of one node. */
export async function modelMet(node: NodeModel, name: string | undefined, args: Arguments): Promise<NodeModel> {
  if (name === undefined || name === node.completed?.options.nodeName) return node;
  const other = await onNode(node, name);
  if (other !== undefined && args.values('host').length > 0)
    throw new UsageError(
      `the packet meets node ${quote(name)} first, and --host tells of node ${quote(node.completed?.options.nodeName ?? '')}; ` +
        `give --node, to say whose facts they are`,
    );
  return other ?? node;
}
