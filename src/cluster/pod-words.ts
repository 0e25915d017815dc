import type { ClusterPod } from './types.js';

/** How sentences refer to a Pod: `Pod shop/web-0`, `a Pod of Deployment shop/web`. */
export function podWords({ name, namespace, owners, object }: ClusterPod): string {
  if (name !== undefined) return `Pod ${namespace}/${name}`;
  const [owner = `${object.kind} ${object.name}`] = owners;
  const [kind = '', ownName = ''] = owner.split(' ');
  return `a Pod of ${kind} ${namespace}/${ownName}`;
}
