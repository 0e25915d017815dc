import type { Cluster } from '../cluster/types.js';
import type { Side } from './side.js';

/** Manifests as they are compared with a node: what they leave to the cluster is taken from the node. */
export function adoptFromNode(cluster: Cluster, dump: Side): { readonly cluster: Cluster; readonly hints: readonly string[] } {
  return { cluster, hints: dump.families.length === 0 ? [] : [] };
}
