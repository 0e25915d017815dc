import type { KubernetesVersion } from '../cluster/version.js';

/**
 * As `proxy/changes.ts`, of what differs in IPVS mode alone. Later patches of 1.27 and 1.28 took over something of the
 * next version (1.27.16, 1.28.15); the versions are those that were recorded first.
 */
const since = {
  /** The chain KUBE-IPVS-FILTER and the set KUBE-IPVS-IPS keep the node's own ports; what loopback sends is let off. */
  filtersAccess: 26,
  /** The scheduler `mh` looks at ports. */
  hashesPorts: 27,
  /** Health-check ports pass KUBE-IPVS-FILTER. */
  acceptsHealthChecks: 28,
  /** External addresses that the node has itself are not put on kube-ipvs0. */
  sparesOwnAddresses: 28,
  /** The chain KUBE-IPVS-OUT-FILTER keeps the node from load balancers whose source ranges do not hold it. */
  filtersOutput: 29,
  /** External IPs of policy Local pass KUBE-IPVS-FILTER. */
  acceptsLocalExternalIPs: 30,
} as const;

/** Whether kube-proxy of that version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
