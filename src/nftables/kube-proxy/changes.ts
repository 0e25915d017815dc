import type { KubernetesVersion } from '../../cluster/version.js';

/**
 * What differs between versions of kube-proxy in nftables mode alone: the minor version since which each behaviour
 * holds. All were recorded by running kube-proxy 1.30.5, 1.31.14, 1.32.13, 1.33.13, 1.34.9, 1.35.6 and 1.36.3 on the
 * same objects. 1.37 was not recorded and follows 1.36. What differs in every mode stands in `proxy/changes.ts`.
 */
const since = {
  /** An element is written once, and deleted before it gets another verdict; before, it is added at each use. */
  remembersElements: 31,
  /** Elements of `firewall-ips` have no comment, and the rule of a firewall chain follows those of the external one. */
  keepsFirewallRuleForLast: 31,
  /** `service-ips` is flushed second; before, with `service-nodeports` last. */
  flushesServiceIPsSecond: 31,
  /** Where the node has no address of the family, its node ports answer on all; before, on none. */
  opensNodePortsWithoutNodeIP: 31,
  /** Filter chains have priority 0, and what must come before DNAT has base chains of its own. */
  filtersAfterDnat: 33,
  /** Elements of an earlier run are read and compared; before, sets and maps are flushed. */
  comparesElements: 33,
  /** Interfaces are compared by name (`iifname`); before, by number (`iif`), which must exist. */
  comparesInterfaceNames: 33,
  /** The cluster IP's masquerade rule does not ask for the port, which the map has asked for. */
  masqueradesWithoutPort: 34,
  /**
   * Marks are set in place (there is no chain mark-for-masquerade), hairpin connections are looked up in a set, and
   * endpoints have chains only for affinity: else one map gives address and port.
   */
  translatesByMap: 36,
} as const;

/** Whether kube-proxy of that version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
