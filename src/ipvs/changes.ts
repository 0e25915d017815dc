import type { KubernetesVersion } from '../cluster/version.js';

/**
 * Like `proxy/changes.ts`, for changes in IPVS mode only. Some behaviour of the next version was backported to later
 * patches of 1.27 and 1.28 (1.27.16, 1.28.15); the versions here are the ones recorded first.
 */
const since = {
  /**
   * The chain KUBE-IPVS-FILTER and the set KUBE-IPVS-IPS protect the node's own ports; packets from loopback are
   * exempt.
   */
  filtersAccess: 26,
  /** The scheduler `mh` includes ports in its hash. */
  hashesPorts: 27,
  /** Health-check ports are accepted in KUBE-IPVS-FILTER. */
  acceptsHealthChecks: 28,
  /** External addresses that the node already has are not added to kube-ipvs0. */
  sparesOwnAddresses: 28,
  /**
   * The chain KUBE-IPVS-OUT-FILTER blocks the node's access to load balancers if their source ranges do not include the
   * node.
   */
  filtersOutput: 29,
  /** External IPs with policy Local are accepted in KUBE-IPVS-FILTER. */
  acceptsLocalExternalIPs: 30,
} as const;

/** Whether kube-proxy of this version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
