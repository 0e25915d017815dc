/**
 * What network plugins call the interfaces that lead to Pods of the node: bridges (cni0: bridge and Flannel; cbr0: kubenet;
 * weave, kube-bridge: kube-router), and the host's ends of veth pairs (cali: Calico, lxc: Cilium, eni: Amazon, azv: Azure,
 * gke: Google, veth: ptp and kindnet), by their sources. Antrea's gateway leads to all of its Pods.
 */
const beginnings = [
  'cali',
  'cni',
  'cbr',
  'weave',
  'kube-bridge',
  'lxc',
  'eni',
  'azv',
  'gke',
  'veth',
  'antrea-gw',
] as const;

/** Bridges of plugins that give Pods addresses of the node's own range (`spec.podCIDR`): bridge, Flannel, kubenet, kube-router. */
const bridges = ['cni', 'cbr', 'kube-bridge'] as const;

/** Whether an interface of such a name leads to all Pods of the node's range, and to no others. */
export function leadsToPodRange(name: string): boolean {
  return bridges.some((beginning) => name.startsWith(beginning));
}

/** Whether an interface of this name, or names that begin so, leads to Pods: `cali12ab`, `cali`. */
export function leadsToPods(name: string): boolean {
  return beginnings.some((beginning) => name.startsWith(beginning));
}
