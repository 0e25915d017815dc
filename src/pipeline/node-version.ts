import { parseVersion, type KubernetesVersion } from '../cluster/version.js';
import type { ManifestSet } from '../manifests/types.js';
import { objectOf } from '../manifests/values.js';

/** The version in a Node's status, of kube-proxy or the kubelet, and the name of that Node. */
export interface NodeVersion {
  readonly version: KubernetesVersion;
  readonly node: string;
}

/**
 * The version of a node from its Node object (`status.nodeInfo`); if no node is named, of the first Node. Undefined if
 * there is no version, or an unsupported one.
 */
export function versionOfNode({ objects }: ManifestSet, nodeName: string | undefined): NodeVersion | undefined {
  const node = objects.find(({ kind, name }) => kind === 'Node' && (nodeName === undefined || name === nodeName));
  if (node === undefined) return undefined;
  const { kubeProxyVersion, kubeletVersion } = objectOf(objectOf(node.value.status).nodeInfo);
  for (const text of [kubeProxyVersion, kubeletVersion]) {
    const version = typeof text === 'string' ? parseVersion(text.replace(/[-+].*$/, '')) : undefined;
    if (version !== undefined) return { version, node: node.name };
  }
  return undefined;
}
