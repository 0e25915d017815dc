import { quote } from '../diagnostics/quote.js';
import type { Json } from '../manifests/types.js';
import type { SortedTexts } from '../node/sort-texts.js';
import { joinedHostFacts } from '../proxy/host-text.js';
import type { ListeningSocket } from '../proxy/host.js';
import { Listeners } from '../walk/listening.js';
import { folderOf, nodesOf } from './nodes-of-texts.js';
import { joinWords } from '../diagnostics/words.js';

/** Host facts, and their file. */
export interface GivenHost {
  readonly file: string;
  readonly facts: Json;
}

/** Listening sockets of a node, and their file. */
export interface GivenListening {
  readonly file: string;
  readonly sockets: readonly ListeningSocket[];
  /** Whether these are all sockets of the node, as in what `ss -ltnu` prints; default: they are. */
  readonly isWhole?: boolean;
}

/** What is known of nodes besides their dumps. */
export interface GivenFacts {
  /** `--host` */
  readonly hosts?: readonly GivenHost[];
  /** `--listening` */
  readonly listening?: readonly GivenListening[];
}

/** What is known of one node besides its dumps. */
export interface FactsOfNode {
  readonly host: Json | undefined;
  /** Undefined if nothing is known of sockets. */
  readonly listeners: Listeners | undefined;
}

/**
 * The facts of each node. With one node, all given facts belong to it; with several, a node's facts are in the folder
 * of its dumps. A sentence if it is unknown to which node some facts belong.
 */
export function factsOfNodes(
  nodes: readonly SortedTexts[],
  { hosts = [], listening = [] }: GivenFacts,
): readonly FactsOfNode[] | string {
  const ofHosts = byNode(nodes, hosts, '--host');
  if (typeof ofHosts === 'string') return ofHosts;
  const ofSockets = byNode(nodes, listening, '--listening');
  if (typeof ofSockets === 'string') return ofSockets;
  return nodes.map((_, index) => ({
    host: joinedOf(ofHosts[index] ?? []),
    listeners: listenersOf(ofSockets[index] ?? []),
  }));
}

/** The same for unsorted texts: what is wrong with the facts; undefined if all belong to a node. */
export function mistakeInFacts(sorted: SortedTexts, given: GivenFacts): string | undefined {
  const facts = factsOfNodes(nodesOf(sorted), given);
  return typeof facts === 'string' ? facts : undefined;
}

function byNode<Given extends { readonly file: string }>(
  nodes: readonly SortedTexts[],
  given: readonly Given[],
  option: string,
): readonly (readonly Given[])[] | string {
  if (given.length === 0) return nodes.map(() => []);
  if (nodes.length === 0) return `${option} describes a node, and there is no dump of a node among the inputs`;
  if (nodes.length === 1) return [given];
  const homes = nodes.map(({ dumpTexts }) => folderOf(dumpTexts[0]?.name ?? ''));
  const isOfOne = ({ file }: Given): boolean => homes.filter((home) => home === folderOf(file)).length === 1;
  const stray = given.find((one) => !isOfOne(one));
  if (stray === undefined) return homes.map((home) => given.filter(({ file }) => folderOf(file) === home));
  const names = nodes.slice(0, 3).map(({ dumpTexts }) => quote(dumpTexts[0]?.name ?? ''));
  return (
    `${stray.file === '' ? '' : `${quote(stray.file)} of `}${option} describes one node, and the dumps are of ${nodes.length} nodes (${joinWords(names)}` +
    `${nodes.length > 3 ? ' …' : ''}): put the dumps and the facts of each node into a folder of its own, or lint one node at a time`
  );
}

function joinedOf(given: readonly GivenHost[]): Json | undefined {
  return given.length === 0 ? undefined : joinedHostFacts(given.map(({ facts }) => facts));
}

function listenersOf(given: readonly GivenListening[]): Listeners | undefined {
  if (given.length === 0) return undefined;
  const isWhole = given.some((one) => one.isWhole !== false);
  return new Listeners(
    given.flatMap(({ sockets }) => sockets),
    isWhole,
  );
}
