import { quote } from '../diagnostics/quote.js';
import { joinWords } from '../explain/words/plain.js';
import type { Json } from '../manifests/types.js';
import type { SortedTexts } from '../node/sort-texts.js';
import { joinedFacts } from '../proxy/host-parts.js';
import { folderOf, nodesOf } from './nodes-of-texts.js';

/** Host facts, and their file. */
export interface GivenHost {
  readonly file: string;
  readonly facts: Json;
}

/**
 * The facts of each node. With one node, all given facts belong to it; with several, a node's facts are in the folder
 * of its dumps. A sentence if it is unknown to which node some facts belong.
 */
export function hostsOfNodes(
  nodes: readonly SortedTexts[],
  given: readonly GivenHost[],
): readonly (Json | undefined)[] | string {
  if (given.length === 0) return nodes.map(() => undefined);
  if (nodes.length === 0) return '--host describes a node, and there is no dump of a node among the inputs';
  if (nodes.length === 1) return [joinedOf(given)];
  const homes = nodes.map(({ dumpTexts }) => folderOf(dumpTexts[0]?.name ?? ''));
  const isOfOne = ({ file }: GivenHost): boolean => homes.filter((home) => home === folderOf(file)).length === 1;
  const stray = given.find((one) => !isOfOne(one));
  if (stray === undefined) return homes.map((home) => joinedOf(given.filter(({ file }) => folderOf(file) === home)));
  const names = nodes.slice(0, 3).map(({ dumpTexts }) => quote(dumpTexts[0]?.name ?? ''));
  return (
    `${quote(stray.file)} of --host describes one node, and the dumps are of ${nodes.length} nodes (${joinWords(names)}` +
    `${nodes.length > 3 ? ' …' : ''}): put the dumps and the facts of each node into a folder of its own, or lint one node at a time`
  );
}

/** The same for unsorted texts: what is wrong with the facts; undefined if all belong to a node. */
export function mistakeInHosts(sorted: SortedTexts, given: readonly GivenHost[]): string | undefined {
  const hosts = hostsOfNodes(nodesOf(sorted), given);
  return typeof hosts === 'string' ? hosts : undefined;
}

function joinedOf(given: readonly GivenHost[]): Json | undefined {
  const [first] = given;
  return first === undefined
    ? undefined
    : given.length === 1
      ? first.facts
      : joinedFacts(given.map(({ facts }) => facts));
}
