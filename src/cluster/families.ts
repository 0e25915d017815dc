import { append } from '../diagnostics/extremes.js';
import { familyOf, type Family } from '../net/address.js';
import { isHeadless, type ServiceDraft } from './service.js';
import type { Cluster, Node, Service } from './types.js';

/** Facts about the cluster's families, before any address is filled in. */
interface FamilyFacts {
  readonly families?: readonly Family[] | undefined;
  readonly serviceCIDRs: readonly { readonly family: Family }[];
  /** Ranges of ServiceCIDR objects; the cluster may have more of them than the manifests contain. */
  readonly ofObjects?: readonly { readonly family: Family }[];
}

/**
 * The families of the cluster, primary first: those of the service ranges if any are given, else those in the options
 * and those that the objects use. IPv4 if the objects use none.
 */
export function clusterFamilies(
  facts: FamilyFacts,
  nodes: readonly Node[],
  services: readonly ServiceDraft[],
): Family[] {
  const { families = [], serviceCIDRs, ofObjects = [] } = facts;
  const ofRanges = [...new Set(serviceCIDRs.map((prefix) => prefix.family))];
  if (ofRanges.length > 0) return ofRanges.sort((a, b) => Number(b === families[0]) - Number(a === families[0]));
  const known = new Set([
    ...families,
    ...ofObjects.map(({ family }) => family),
    ...nodes.flatMap((node) => node.podCIDRs.map(familyOfText)),
  ]);
  const [primary = 'ipv4'] = known;
  const isDual = known.size > 1 || services.some((service) => speaksOf(service, otherFamily(primary)));
  return isDual ? [primary, otherFamily(primary)] : [primary];
}

function speaksOf({ service, ipFamilyPolicy }: ServiceDraft, family: Family): boolean {
  return (
    ['PreferDualStack', 'RequireDualStack'].includes(ipFamilyPolicy) ||
    service.ipFamilies.includes(family) ||
    service.clusterIPs.some((text) => text !== 'None' && familyOfText(text) === family)
  );
}

/**
 * Sets `ipFamilies` like the API server on creation (pkg/registry/core/service/storage/alloc.go, initIPFamilyFields):
 * from the cluster IPs given, else the primary family; two if the policy requests two and the cluster has two. A
 * headless Service without selector is dual-stack in every cluster.
 */
export function settleFamilies(draft: ServiceDraft, families: readonly Family[]): void {
  const { service } = draft;
  const chosen = service.ipFamilies;
  if (service.type === 'ExternalName') {
    chosen.length = 0;
    return;
  }
  if (!isHeadless(service)) append(chosen, service.clusterIPs.slice(chosen.length).map(familyOfText));
  if (chosen.length === 0) chosen.push(families[0] ?? 'ipv4');
  const [first = 'ipv4'] = chosen;
  if (chosen.length === 1 && wantsTwo(draft) && (families.length > 1 || isSelectorlessHeadless(service)))
    chosen.push(otherFamily(first));
}

function wantsTwo(draft: ServiceDraft): boolean {
  if (draft.hasStoredAddresses && !isHeadless(draft.service)) return false;
  if (draft.ipFamilyPolicy === '') return isSelectorlessHeadless(draft.service);
  return draft.ipFamilyPolicy !== 'SingleStack';
}

function isSelectorlessHeadless(service: Pick<Service, 'clusterIPs' | 'selector'>): boolean {
  return isHeadless(service) && service.selector === undefined;
}

function otherFamily(family: Family): Family {
  return family === 'ipv4' ? 'ipv6' : 'ipv4';
}

function familyOfText(text: string): Family {
  return text.includes(':') ? 'ipv6' : 'ipv4';
}

/**
 * The families that a cluster's objects use, IPv4 first: those of the cluster IPs, because kube-proxy programs Services
 * only by these. Without any cluster IP, those of the slices; without slices, IPv4.
 */
export function familiesOf(cluster: Cluster): Family[] {
  const found = new Set<Family>();
  for (const service of cluster.services) {
    for (const text of service.clusterIPs) if (text !== 'None') found.add(familyOf(text) ?? familyOfText(text));
  }
  if (found.size === 0) {
    for (const slice of cluster.endpointSlices)
      if (slice.addressType !== 'FQDN') found.add(slice.addressType === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  if (found.size === 0) found.add('ipv4');
  return (['ipv4', 'ipv6'] as const).filter((family) => found.has(family));
}
