import { append } from '../diagnostics/extremes.js';
import type { Family, Prefix } from '../net/address.js';
import { NamespacedMap } from '../manifests/namespaced-map.js';
import type { ManifestObject } from '../manifests/types.js';
import { managedByLabel } from './endpoint-slice.js';
import { isMirrored, mirrorEndpoints, mirroringController } from './mirror.js';
import { withPodCIDRs } from './nodes.js';
import { Placement, type Place } from './placement.js';
import { SlicePlanner } from './plan.js';
import { planPods, type PodGroup } from './pods.js';
import type { ServiceDraft } from './service.js';
import type { SortedObjects } from './sort-objects.js';
import type { EndpointSlice, MadeUp, Node } from './types.js';
import { itemsOf, labelsOf, namespaceOf, objectOf, textOf } from '../manifests/values.js';
import type { KubernetesVersion } from './version.js';
import { readWorkloads, type Workload } from './workload.js';
import { addToGroup } from '../diagnostics/groups.js';

/** The inputs from which endpoints are made. */
interface EndpointSources {
  readonly sorted: SortedObjects;
  readonly drafts: readonly ServiceDraft[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly places: readonly Place[];
  readonly families: readonly Family[];
  readonly serviceCIDRs: readonly Prefix[];
  readonly version: KubernetesVersion;
}

interface Completed {
  readonly endpointSlices: readonly EndpointSlice[];
  /** All Pods of the workloads, planned on first use. */
  readonly groups: () => readonly PodGroup[];
  /** Set if podCIDRs were assigned to nodes. */
  readonly nodes: readonly Node[] | undefined;
  readonly madeUp: readonly MadeUp[];
}

/** Adds the slices that controllers would make: from Endpoints, and from workloads for Services that have no slice. */
export function completeEndpoints(sources: EndpointSources): Completed {
  const haveSlices = new NamespacedMap<true>();
  for (const slice of sources.endpointSlices) haveSlices.set(slice.namespace, slice.serviceName, true);
  const mirrored = mirrorAll(sources);
  const lacking = sources.drafts.filter(
    ({ service }) =>
      service.selector !== undefined &&
      service.type !== 'ExternalName' &&
      !haveSlices.has(service.namespace, service.name),
  );
  if (lacking.length === 0 || sources.sorted.workloads.length === 0) {
    const kept = keepManagedEndpoints(sources, lacking);
    return {
      endpointSlices: joined(sources.endpointSlices, mirrored, kept),
      groups: () => planAllPods(sources).groups,
      nodes: undefined,
      madeUp: [],
    };
  }
  return planSlices(sources, lacking, mirrored);
}

function planSlices(
  sources: EndpointSources,
  lacking: readonly ServiceDraft[],
  mirrored: readonly EndpointSlice[],
): Completed {
  const { groups, byName, madeUp } = planAllPods(sources);
  const planner = new SlicePlanner(groups, byName, sources.version);
  const without: ServiceDraft[] = [];
  const planned = lacking.flatMap((draft) => {
    const selected = planner.groupsOf(draft.service);
    const slices = planner.slicesOf(draft.service, selected);
    if (slices.length === 0) without.push(draft);
    append(draft.madeUp, describePlan(draft, selected, slices));
    if (slices.length === 0 && planner.isExhausted) draft.madeUp.push(tooMany(draft));
    return slices;
  });
  const kept = keepManagedEndpoints(sources, without);
  return {
    endpointSlices: joined(sources.endpointSlices, mirrored, [...planned, ...kept]),
    groups: () => groups,
    nodes: sources.places.map(({ node }) => byName.get(node.name) ?? node),
    madeUp,
  };
}

interface PlannedPods {
  readonly groups: readonly PodGroup[];
  /** The nodes, with the Pod ranges assigned to them. */
  readonly byName: ReadonlyMap<string, Node>;
  readonly madeUp: readonly MadeUp[];
}

function planAllPods(sources: EndpointSources): PlannedPods {
  const workloads = readWorkloads(sources.sorted.workloads);
  const nodes = sources.places.map((place) => place.node);
  const named = workloads.map((workload) => textOf(workload.podSpec.nodeName)).filter((name) => name !== '');
  const { byName, madeUp } = withPodCIDRs(nodes, named, sources);
  const groups = planPods(workloads, new Placement(sources.places), byName, takenAddresses(sources, workloads));
  return { groups, byName, madeUp };
}

function joined(...lists: readonly (readonly EndpointSlice[])[]): readonly EndpointSlice[] {
  const [first = [], ...others] = lists;
  return others.every((list) => list.length === 0) ? first : lists.flat();
}

/** Mirrors Endpoints of Services without selector, unless their slices are in the set, as in a dump of a cluster. */
function mirrorAll({ sorted, drafts, endpointSlices }: EndpointSources): EndpointSlice[] {
  if (sorted.endpoints.length === 0) return [];
  const withoutSelector = new Set(
    drafts.filter(({ service }) => service.selector === undefined).map((draft) => draft.key),
  );
  const done = new Set(
    endpointSlices
      .filter((slice) => slice.labels[managedByLabel] === mirroringController)
      .map((slice) => `${slice.namespace}/${slice.serviceName}`),
  );
  return sorted.endpoints
    .filter((object) => {
      const key = `${namespaceOf(object)}/${object.name}`;
      return withoutSelector.has(key) && !done.has(key) && isMirrored(object);
    })
    .flatMap(mirrorEndpoints);
}

/**
 * In a dump without slices and Pods, the Endpoints that the controller maintains for a selector show where Pods are.
 */
function keepManagedEndpoints({ sorted }: EndpointSources, drafts: readonly ServiceDraft[]): EndpointSlice[] {
  if (sorted.endpoints.length === 0) return [];
  const keys = new Set(drafts.map((draft) => draft.key));
  return sorted.endpoints
    .filter((object) => keys.has(`${namespaceOf(object)}/${object.name}`) && isManaged(object))
    .flatMap(mirrorEndpoints);
}

function isManaged(object: ManifestObject): boolean {
  const metadata = objectOf(object.value.metadata);
  return (
    labelsOf(metadata.labels)['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller' ||
    Object.hasOwn(labelsOf(metadata.annotations), 'endpoints.kubernetes.io/last-change-trigger-time')
  );
}

/** Addresses that filled-in Pods must not get. */
function takenAddresses({ endpointSlices, places }: EndpointSources, workloads: readonly Workload[]): Set<string> {
  const taken = new Set(places.flatMap((place) => place.node.addresses));
  for (const slice of endpointSlices)
    for (const endpoint of slice.endpoints) for (const address of endpoint.addresses) taken.add(address);
  for (const { object } of workloads) {
    const status = objectOf(object.value.status);
    for (const text of [textOf(status.podIP), ...itemsOf(status.podIPs).map((item) => textOf(item.ip))])
      taken.add(text);
  }
  return taken;
}

function tooMany(draft: ServiceDraft): MadeUp {
  return {
    kind: 'endpoints',
    object: `Service ${draft.key}`,
    detail: 'none: the Services before it already have a million endpoints',
  };
}

/** One line for each workload: the number of planned Pods and the first addresses; or that there is none. */
function describePlan(draft: ServiceDraft, groups: readonly PodGroup[], slices: readonly EndpointSlice[]): MadeUp[] {
  const object = `Service ${draft.key}`;
  const addresses = addressesByTarget(draft, slices);
  const made = new Map(
    groups.filter((group) => group.isMadeUp).map(({ workload }) => [`${workload.kind} ${workload.name}`, workload]),
  );
  const details: string[] = [];
  for (const group of groups) {
    const { kind, name, replicas } = group.workload;
    if (group.isMadeUp && group.pods.length === 0 && replicas !== 0)
      details.push(`no Pod of ${kind} ${name}: no Node matches`);
  }
  for (const [target, list] of addresses) {
    const workload = made.get(target);
    if (workload !== undefined)
      details.push(`${describePods(target, list.length, workload)}: ${describeAddresses(list)}`);
  }
  return details.map((detail) => ({ kind: 'endpoints', object, detail }));
}

/** In the Service's primary family. */
function addressesByTarget({ service }: ServiceDraft, slices: readonly EndpointSlice[]): Map<string, string[]> {
  const primary = service.ipFamilies[0] === 'ipv6' ? 'IPv6' : 'IPv4';
  const addresses = new Map<string, string[]>();
  for (const slice of slices.filter((candidate) => candidate.addressType === primary)) {
    for (const {
      target = '',
      addresses: [address = ''],
    } of slice.endpoints) {
      addToGroup(addresses, target, address);
    }
  }
  return addresses;
}

function describePods(target: string, count: number, { kind, replicas }: Workload): string {
  if (kind === 'Pod') return target;
  if (replicas !== undefined && replicas > count) return `${count} of ${replicas} Pods of ${target}`;
  return `${count} ${count === 1 ? 'Pod' : 'Pods'} of ${target}`;
}

const mostAddressesShown = 3;

function describeAddresses(addresses: readonly string[]): string {
  return addresses.slice(0, mostAddressesShown).join(', ') + (addresses.length > mostAddressesShown ? ', …' : '');
}
