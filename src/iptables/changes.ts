import type { KubernetesVersion } from '../cluster/version.js';

/** Like `proxy/changes.ts`, for changes in iptables mode only. */
const since = {
  /** kube-proxy keeps the chain KUBE-FIREWALL and the jumps to it; before, the kubelet did. */
  ownsFirewallChain: 27,
  /** KUBE-FW chains end with a rule that counts what KUBE-PROXY-FIREWALL drops. */
  countsUnaccepted: 27,
  /** Node ports get rules even if no address of the node accepts them. */
  keepsUnreachableNodePorts: 27,
  /** If conntrack is TCP-liberal, INVALID packets are not dropped. */
  readsConntrackLiberal: 29,
  /**
   * The masquerade rule of an endpoint contains the address as the EndpointSlice spells it; before, in canonical form.
   */
  masqueradesAsWritten: 29,
} as const;

/** Whether kube-proxy of this version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
