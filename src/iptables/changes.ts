import type { KubernetesVersion } from '../cluster/version.js';

/** As `proxy/changes.ts`, of what differs in iptables mode alone. */
const since = {
  /** kube-proxy keeps the chain KUBE-FIREWALL and the jumps to it, which had been the kubelet's. */
  ownsFirewallChain: 27,
  /** KUBE-FW chains end with a rule that counts what KUBE-PROXY-FIREWALL drops. */
  countsUnaccepted: 27,
  /** Node ports have their rules even where no address of the node answers on them. */
  keepsUnreachableNodePorts: 27,
  /** A TCP-liberal conntrack keeps INVALID packets. */
  readsConntrackLiberal: 29,
  /** An endpoint's own address is written as its EndpointSlice has it where it is masqueraded; before, canonically. */
  masqueradesAsWritten: 29,
} as const;

/** Whether kube-proxy of that version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
