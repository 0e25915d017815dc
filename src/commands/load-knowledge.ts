import type { Knowledge } from '../explain/types.js';
import { lint } from '../lint/run.js';
import { knownFacts } from './cluster-facts.js';
import type { ServiceAsked } from '../pipeline/refusals.js';
import type { Arguments, Io } from './command.js';
import { loadNode, refuseHiddenServices } from './load-node.js';
import { clusterDomainOf } from './name-scope.js';

/**
 * A node with lint's findings about its manifests; undefined if objects are rejected. Throws UsageError like loadNode.
 * `asked`: the one Service that the command is about.
 */
export async function loadKnowledge(args: Arguments, io: Io, asked?: ServiceAsked): Promise<Knowledge | undefined> {
  const node = await loadNode(args, io, { asked });
  if (node === undefined) return undefined;
  refuseHiddenServices(node);
  const { manifests } = node;
  return {
    node,
    findings:
      manifests === undefined ? [] : (await lint(manifests, { facts: (await knownFacts(args, io)).facts })).findings,
    clusterDomain: clusterDomainOf(args),
  };
}
