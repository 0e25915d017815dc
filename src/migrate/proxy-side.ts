/** One side of a migration: kube-proxy in a mode and a version. */
import type { KubernetesVersion } from '../cluster/version.js';
import type { ManifestSet } from '../manifests/types.js';
import { emptyContent } from '../node/content.js';
import { nodeFromManifests } from '../node/from-manifests.js';
import type { ProxyMode } from '../node/mode.js';
import type { NodeModel } from '../node/types.js';
import type { Completed } from '../pipeline/complete.js';

export interface ProxySide {
  readonly mode: ProxyMode;
  readonly version: KubernetesVersion;
  readonly node: NodeModel;
  /** Why the node's kernel rejects kube-proxy's rules, one sentence each; the node then has none of them. */
  readonly failures: readonly string[];
}

/** A proxy, or why kube-proxy would not start. */
type MadeProxy = { readonly side: ProxySide } | { readonly refusal: string };

/**
 * The kube-proxy of a completed cluster in a mode. Lowers the cluster: time and memory are proportional to Services and
 * endpoints.
 */
export async function proxyOf(completed: Completed, mode: ProxyMode, manifests?: ManifestSet): Promise<MadeProxy> {
  const { version } = completed.options;
  const node = await nodeFromManifests(completed, mode, {
    name: mode.title,
    // The rules of other programs do not change with kube-proxy.
    hostPorts: false,
    ...(manifests === undefined ? {} : { manifests }),
  });
  const lowering = await mode.load();
  const states = node.families.flatMap(({ state }) => state ?? []);
  const refusal = lowering.refusal(completed.options);
  if (refusal !== undefined) return { refusal };
  const failures = states.flatMap((state) => lowering.failures?.(state) ?? []);
  return { side: { mode, version, failures, node: failures.length === 0 ? node : withoutRules(node) } };
}

function withoutRules(node: NodeModel): NodeModel {
  return {
    ...node,
    families: node.families.map(({ family, mode, state }) => ({ ...emptyContent(family), mode, state })),
  };
}
