/** What the commands use besides a node. */
import { defaultVersion } from '../cluster/version.js';
import { lookUp } from '../explain/explain.js';
import { readAnyTarget, type ExplainTarget } from '../explain/target.js';
import type { Knowledge } from '../explain/types.js';
import type { ClusterFacts } from '../lint/context.js';
import { lint } from '../lint/run.js';
import { everyNodeFor } from '../node/every-node.js';
import type { NodeModel } from '../node/types.js';
import { defaultNodePortRange } from '../pipeline/complete.js';
import { mustBeNode, mustBeOptions } from './values.js';

/** What else `kubechains explain` and `kubechains check` use. */
export interface KnowledgeOptions {
  /** What to explain; for a Service, how every node of the cluster serves it is included. */
  readonly target?: string | ExplainTarget;
  /** Facts about the cluster for lint; default: those of the completed cluster. */
  readonly facts?: Partial<ClusterFacts>;
  /** The domain of the cluster's DNS; default `cluster.local`. */
  readonly clusterDomain?: string;
}

/**
 * A node with all that the commands use to explain and check it: lint's findings about its manifests, and for a Service
 * the other nodes. Throws TypeError for wrong values.
 */
export async function knowledgeOf(node: NodeModel, options: KnowledgeOptions = {}): Promise<Knowledge> {
  mustBeNode('knowledgeOf', node);
  mustBeOptions('knowledgeOf', options);
  const { target, clusterDomain = 'cluster.local' } = options;
  const read = typeof target === 'string' ? readAnyTarget(target) : target;
  const { manifests, completed } = node;
  const facts = {
    version: completed?.options.version ?? defaultVersion,
    serviceCIDRs: [],
    nodePortRange: defaultNodePortRange,
    ...options.facts,
  };
  const findings = manifests === undefined ? [] : (await lint(manifests, { facts })).findings;
  const knowledge = { node, findings, clusterDomain };
  const found = read?.kind === 'named' ? lookUp(knowledge, read) : read;
  if (found === undefined || 'problem' in found || found.kind !== 'service') return knowledge;
  return { ...knowledge, nodes: await everyNodeFor(node, { namespace: found.namespace, name: found.service }) };
}
