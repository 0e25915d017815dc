import type { KubernetesVersion } from '../../cluster/version.js';

/**
 * Differences between versions of kube-proxy in nftables mode only: for each behaviour, the first minor version that
 * has it. All were recorded by running kube-proxy 1.30.5, 1.31.14, 1.32.13, 1.33.13, 1.34.9, 1.35.6 and 1.36.3 on the
 * same objects. 1.37 was not recorded; it is assumed to equal 1.36. Differences in every mode are in
 * `proxy/changes.ts`.
 */
const since = {
  /** Each element is added once, and deleted before its verdict changes; before, it is added at each use. */
  remembersElements: 31,
  /**
   * Elements of `firewall-ips` have no comment, and the rule of a firewall chain follows the rules of the external
   * chain.
   */
  keepsFirewallRuleForLast: 31,
  /** `service-ips` is flushed second; before, it is flushed last, together with `service-nodeports`. */
  flushesServiceIPsSecond: 31,
  /** If the node has no address of the family, its node ports are served on all addresses; before, on none. */
  opensNodePortsWithoutNodeIP: 31,
  /** Filter chains have priority 0, and rules that must run before DNAT are in base chains of their own. */
  filtersAfterDnat: 33,
  /** The elements of an earlier run are read and compared; before, sets and maps are flushed. */
  comparesElements: 33,
  /** Interfaces are compared by name (`iifname`); before, by index (`iif`), which requires that they exist. */
  comparesInterfaceNames: 33,
  /** The masquerade rule of a cluster IP does not test the port, because the map has already done so. */
  masqueradesWithoutPort: 34,
  /**
   * Marks are set in place (there is no chain mark-for-masquerade), hairpin connections are looked up in a set, and
   * endpoints have chains only for affinity. Otherwise one map gives address and port.
   */
  translatesByMap: 36,
} as const;

/** Whether kube-proxy of this version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
