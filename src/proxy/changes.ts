import type { KubernetesVersion } from '../cluster/version.js';

/**
 * Differences between versions of kube-proxy in every mode: for each behaviour, the first minor version that has it.
 * All were recorded by running kube-proxy 1.25.1, 1.26.0, 1.27.1, 1.28.3, 1.29.1, 1.30.5, 1.31.14, 1.32.13, 1.33.13,
 * 1.34.9, 1.35.6 and 1.36.3 on the same objects. 1.37 was not recorded; it is assumed to equal 1.36. Differences in a
 * single mode are in that mode's folder.
 */
const since = {
  /** If no endpoint is ready, endpoints that still serve while terminating are used (KEP-1669). */
  fallsBackToTerminating: 26,
  /** `localhostNodePorts` can disable node ports on loopback addresses, and IPv6 has none there. */
  knowsLocalhostNodePorts: 26,
  /** The annotation `topology-mode` with any value except `disabled`; before, only `topology-aware-hints: Auto`. */
  readsTopologyMode: 27,
  /**
   * Source ranges are compared with the node's own IP, at first only in its primary family; before, with bindAddress.
   */
  knowsPrimaryNodeIP: 28,
  /** The same in both families. */
  knowsBothNodeIPs: 29,
  /** `externalTrafficPolicy` applies to external IPs of a Service of type ClusterIP. */
  readsPolicyOfExternalIPs: 29,
  /** Load-balancer addresses with ipMode Proxy are skipped. */
  readsIPMode: 30,
  /**
   * External and load-balancer addresses and prefixes are written in canonical form; before, as the objects spell them.
   */
  normalisesServiceAddresses: 30,
  /** Packets dropped as INVALID, and accepted node ports on localhost, are counted by nfacct. */
  countsByNfacct: 31,
  /** Topology hints apply even without the Service's topology annotation. */
  readsHintsAlone: 31,
  /** Addresses of endpoints are written in canonical form; before, as the EndpointSlice spells them. */
  normalisesEndpointAddresses: 31,
  /** A node without a zone label is in the zone named `''`, which a hint may contain. */
  takesNoZoneForZone: 33,
  /**
   * Endpoint addresses of any family are accepted; before, only those of the EndpointSlice's addressType
   * (pkg/proxy/endpointslicecache.go).
   */
  takesAnyEndpointFamily: 33,
  /** ServiceCIDR objects are read (the gate MultiCIDRServiceAllocator is on by default). */
  readsServiceCIDRs: 33,
  /** `hints.forNodes` takes precedence over `hints.forZones` (KEP-3015). */
  readsNodeHints: 34,
  /** A source range of length 0 allows everyone, as if there were no ranges. */
  takesZeroRangeForNone: 34,
  /**
   * Of two endpoints with one address and port, the later one is kept unless it is terminating; before, the first one,
   * unless the later one is local.
   */
  keepsLaterDuplicate: 36,
  /**
   * The label `service-proxy-name` hides only Services, and `headless` only EndpointSlices; before, both labels hid
   * both (the informers' selectors).
   */
  hidesByLabelOfKind: 36,
} as const;

/** Whether kube-proxy of this version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
