import { parseVersion, type KubernetesVersion } from '../cluster/version.js';
import type { Json, JsonObject, ManifestSet } from '../manifests/types.js';

/** The version that a Node's kube-proxy or kubelet says it has, and whose Node that is. */
export interface NodeVersion {
  readonly version: KubernetesVersion;
  readonly node: string;
}

/**
 * The version of a node by its Node object (`status.nodeInfo`), of the first Node where none is named; undefined where
 * nothing tells it, or it is none that is known here.
 */
export function versionOfNode({ objects }: ManifestSet, nodeName: string | undefined): NodeVersion | undefined {
  const node = objects.find(({ kind, name }) => kind === 'Node' && (nodeName === undefined || name === nodeName));
  if (node === undefined) return undefined;
  const { kubeProxyVersion, kubeletVersion } = asMap(asMap(node.value.status).nodeInfo);
  for (const text of [kubeProxyVersion, kubeletVersion]) {
    const version = typeof text === 'string' ? parseVersion(text.replace(/[-+].*$/, '')) : undefined;
    if (version !== undefined) return { version, node: node.name };
  }
  return undefined;
}

function asMap(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
