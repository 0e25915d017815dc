/**
 * Names that network plugins give to interfaces to Pods of the node: bridges (cni0: bridge and Flannel; cbr0: kubenet;
 * weave, kube-bridge: kube-router), and the host ends of veth pairs (cali: Calico, lxc: Cilium, eni: Amazon, azv:
 * Azure, gke: Google, veth: ptp and kindnet), from their sources. Antrea's gateway leads to all of its Pods.
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

/**
 * Bridges of plugins that assign Pod addresses from the node's own range (`spec.podCIDR`): bridge, Flannel, kubenet,
 * kube-router.
 */
const bridges = ['cni', 'cbr', 'kube-bridge'] as const;

/** Whether an interface with such a name leads to exactly the Pods in the node's range. */
export function leadsToPodRange(name: string): boolean {
  return bridges.some((beginning) => name.startsWith(beginning));
}

/** Whether an interface with this name, or this prefix of names, leads to Pods: `cali12ab`, `cali`. */
export function leadsToPods(name: string): boolean {
  return beginnings.some((beginning) => name.startsWith(beginning));
}
