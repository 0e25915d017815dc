import type { KubernetesVersion } from '../cluster/version.js';

/**
 * What differs between versions of kube-proxy in every mode: the minor version since which each behaviour holds. All
 * were recorded by running kube-proxy 1.30.5, 1.31.14, 1.32.13, 1.33.13, 1.34.9, 1.35.6 and 1.36.3 on the same objects.
 * 1.37 was not recorded and follows 1.36. A mode keeps what differs in it alone in its own folder.
 */
const since = {
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
