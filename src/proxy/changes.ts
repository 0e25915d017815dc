import type { KubernetesVersion } from '../cluster/version.js';

/**
 * What differs between versions of kube-proxy in every mode: the minor version since which each behaviour holds. All
 * were recorded by running kube-proxy 1.25.1, 1.26.0, 1.27.1, 1.28.3, 1.29.1, 1.30.5, 1.31.14, 1.32.13, 1.33.13, 1.34.9, 1.35.6 and 1.36.3 on the same objects.
 * 1.37 was not recorded and follows 1.36. A mode keeps what differs in it alone in its own folder.
 */
const since = {
  /** Endpoints that serve while they terminate stand in where none is ready (KEP-1669). */
  fallsBackToTerminating: 26,
  /** `localhostNodePorts` may turn node ports on loopback off, and IPv6 has none. */
  knowsLocalhostNodePorts: 26,
  /** The annotation `topology-mode`, and any value but `disabled`; before, `topology-aware-hints: Auto` alone. */
  readsTopologyMode: 27,
  /** The node's own IP counts in source ranges, at first in its primary family; before, the bindAddress alone. */
  knowsPrimaryNodeIP: 28,
  /** The same in both families. */
  knowsBothNodeIPs: 29,
  /** `externalTrafficPolicy` counts for external IPs of a Service of type ClusterIP. */
  readsPolicyOfExternalIPs: 29,
  /** Load-balancer addresses of ipMode Proxy are passed over. */
  readsIPMode: 30,
  /** External and load-balancer addresses and prefixes are written canonically; before, as the objects have them. */
  normalisesServiceAddresses: 30,
  /** Packets dropped as INVALID and node ports reached over localhost are counted by nfacct. */
  countsByNfacct: 31,
  /** Topology hints apply without the Service's topology annotation. */
  readsHintsAlone: 31,
  /** Addresses of endpoints are written canonically; before, as the EndpointSlice has them. */
  normalisesEndpointAddresses: 31,
  /** A node without a zone label is in the zone named `''`, which a hint may name. */
  takesNoZoneForZone: 33,
  /**
   * An endpoint's address is taken whatever its family; before, only that of the EndpointSlice
   * (pkg/proxy/endpointslicecache.go).
   */
  takesAnyEndpointFamily: 33,
  /** ServiceCIDR objects are read (the gate MultiCIDRServiceAllocator is on by default). */
  readsServiceCIDRs: 33,
  /** `hints.forNodes` goes before `hints.forZones` (KEP-3015). */
  readsNodeHints: 34,
  /** A source range of length 0 admits everyone, as if there were no ranges. */
  takesZeroRangeForNone: 34,
  /**
   * Of two endpoints with one address and port the later one stays unless it is terminating; before, the first one
   * unless the later one is local.
   */
  keepsLaterDuplicate: 36,
  /**
   * `service-proxy-name` hides Services only, and `headless` EndpointSlices only; before, both labels hid both (the
   * informers' selectors).
   */
  hidesByLabelOfKind: 36,
} as const;

/** Whether kube-proxy of that version has the behaviour. */
export function has(version: KubernetesVersion, change: keyof typeof since): boolean {
  return version.minor >= since[change];
}
