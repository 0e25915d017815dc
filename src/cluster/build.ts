import type { Finding } from '../diagnostics/finding.js';
import { NamespacedMap } from '../manifests/namespaced-map.js';
import type { ManifestObject } from '../manifests/types.js';
import type { Family, Prefix } from '../net/address.js';
import { allocateClusterIPs, allocateNodePorts, type PortRange } from './allocate.js';
import { readEndpointSlice, serviceNameOf } from './endpoint-slice.js';
import { clusterFamilies, settleFamilies } from './families.js';
import { rememberPods } from './cluster-pods.js';
import { completeEndpoints } from './endpoints.js';
import { readNode } from './node.js';
import { completeNodes, describeMadeUpNodes, nodesWithoutPlan } from './nodes.js';
import { recordedGroups } from './pods.js';
import { ownRangeFirst, readServiceCIDRs } from './service-cidr.js';
import { readService, type ServiceDraft } from './service.js';
import { sortObjects } from './sort-objects.js';
import type { Cluster, MadeUp } from './types.js';
import { namespaceOf } from '../manifests/values.js';
import { unallocatedFinding } from './unallocated.js';
import type { KubernetesVersion } from './version.js';

export { familiesOf } from './families.js';

/** Facts about the cluster that manifests do not contain. */
export interface ClusterOptions {
  readonly version: KubernetesVersion;
  /**
   * IP families of the cluster, primary first. Families that the objects use are added, unless `serviceCIDRs` excludes
   * them. If there are none, IPv4 is used.
   */
  readonly families?: readonly Family[] | undefined;
  /** Ranges of cluster IPs; absent or empty: those of ServiceCIDR objects, else 10.96.0.0/12 and fd00:10:96::/108. */
  readonly serviceCIDRs?: readonly Prefix[];
  /** Inclusive; default 30000-32767. */
  readonly nodePortRange?: PortRange;
  /** `false`: no EndpointSlices are planned; only those among the objects count. Default `true`. */
  readonly plan?: boolean;
  /** The name of the node that is filled in if there is none; default `node-1`. */
  readonly nodeName?: string | undefined;
}

/**
 * Objects as a cluster would store them: with the API server's defaults, cluster IPs, node ports, and EndpointSlices.
 * Slices that are not in the set are made from Endpoints (without selector) or planned from workloads (with selector).
 * Values that are present are kept; if a kind, namespace and name is defined twice, the last definition counts.
 * Filled-in values depend only on the object's own name, unless two hash to the same number (see `assignNumbers`). They
 * are listed in `madeUp`: those about nodes first, then by Service in reading order.
 *
 * A Service of type LoadBalancer has the addresses of its status. Without status it gets the address in
 * `spec.loadBalancerIP`; without that it gets none, and `madeUp` lists its address as unknown.
 *
 * Findings report what the API server would refuse to allocate. Never throws.
 */
export function buildCluster(
  objects: readonly ManifestObject[],
  options: ClusterOptions,
): { cluster: Cluster; findings: Finding[] } {
  const { nodePortRange = { from: 30000, to: 32767 }, plan = true } = options;
  const sorted = sortObjects(objects);
  const drafts = sorted.services.map(readService);
  const draftsByName = new NamespacedMap<ServiceDraft>();
  for (const draft of drafts) draftsByName.set(draft.service.namespace, draft.service.name, draft);
  const given = sorted.nodes.map(readNode);
  const ofObjects = readServiceCIDRs(ownRangeFirst(sorted.serviceCIDRs));
  const { serviceCIDRs = [] } = options;
  const ranges = [...serviceCIDRs, ...ofObjects];
  const families = clusterFamilies({ families: options.families, serviceCIDRs, ofObjects }, given, drafts);
  for (const draft of drafts) settleFamilies(draft, families);
  const findings = [...allocateClusterIPs(drafts, families, ranges), ...allocateNodePorts(drafts, nodePortRange)].map(
    (unallocated) => unallocatedFinding(unallocated, nodePortRange),
  );
  for (const draft of drafts) noteLoadBalancer(draft);
  const endpointSlices = sorted.endpointSlices.map((object) =>
    readEndpointSlice(object, isStored(object, draftsByName)),
  );
  const places = completeNodes(sorted.nodes, given, { families, serviceCIDRs: ranges, nodeName: options.nodeName });
  const completed = plan
    ? completeEndpoints({
        sorted,
        drafts,
        endpointSlices,
        places,
        families,
        serviceCIDRs: ranges,
        version: options.version,
      })
    : { endpointSlices, groups: () => recordedGroups(sorted.workloads), nodes: undefined, madeUp: [] };
  const nodes = completed.nodes ?? nodesWithoutPlan(places);
  const cluster: Cluster = {
    services: drafts.map((draft) => draft.service),
    endpointSlices: completed.endpointSlices,
    nodes,
    serviceCIDRs: ofObjects.length > 0 ? readServiceCIDRs(sorted.serviceCIDRs) : serviceCIDRs,
    madeUp: [...describeMadeUpNodes(nodes, places), ...completed.madeUp, ...drafts.flatMap((draft) => draft.madeUp)],
  };
  rememberPods(cluster, completed.groups, sorted.workloads);
  return { cluster, findings };
}

/**
 * Whether a Service and its slices come from a cluster or from kube-proxy's input: then the Service lists its
 * clusterIPs. The API server never leaves the port of a stored slice without a name, and kube-proxy ignores such ports.
 */
function isStored(slice: ManifestObject, drafts: NamespacedMap<ServiceDraft>): boolean {
  return drafts.get(namespaceOf(slice), serviceNameOf(slice))?.hasStoredAddresses === true;
}

function noteLoadBalancer({ key, service, madeUp }: ServiceDraft): void {
  if (service.type !== 'LoadBalancer' || service.object.value.status !== undefined) return;
  const [ingress] = service.loadBalancerIngress;
  const detail =
    ingress === undefined
      ? 'unknown until a provider assigns it, so there are no rules for it'
      : `${ingress.ip}, from spec.loadBalancerIP`;
  const note: MadeUp = { kind: 'loadBalancerIP', object: `Service ${key}`, detail };
  madeUp.push(note);
}
