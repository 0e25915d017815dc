import { givenNodes } from '../cluster/made-up.js';
import { quote } from '../diagnostics/quote.js';
import { nodeOfDump } from './rules/node-of-dump.js';
import type { ManifestSet } from '../manifests/types.js';
import type { NodeContent } from '../node/content.js';
import { completeCluster, type CompleteOptions, type Completed } from '../pipeline/complete.js';

/** A cluster for the node of a dump, and the assumptions about the node. */
export interface CompletedForDump {
  readonly completed: Completed;
  readonly note: string | undefined;
}

/**
 * Completes manifests for the node of a dump: the one in `--node` or hostnameOverride, else the one that its rules fit,
 * else the first Node. The node determines which endpoints are local, and so the effect of Local policies.
 */
export async function completeForDump(
  completed: Completed,
  set: ManifestSet,
  options: CompleteOptions,
  dump: readonly NodeContent[],
): Promise<CompletedForDump> {
  const {
    cluster,
    options: { nodeName, configuration },
  } = completed;
  if (options.node !== undefined || configuration.hostnameOverride !== '') return { completed, note: undefined };
  const nodes = givenNodes(cluster);
  const found = nodeOfDump(dump, cluster);
  if (found === undefined)
    return {
      completed,
      note:
        nodes.length < 2
          ? undefined
          : `nothing in the dump tells which of ${nodes.length} Nodes it is from; ` +
            `it is taken for that of ${quote(nodeName)}, the first (--node names another)`,
    };
  const own =
    found === nodeName ? completed : ((await completeCluster(set, { ...options, node: found })).completed ?? completed);
  return {
    completed: own,
    note:
      nodes.length === 1 && found === nodeName
        ? undefined
        : `by its rules the dump is that of node ${quote(found)} (--node names another)`,
  };
}
