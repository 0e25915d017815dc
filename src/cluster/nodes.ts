import type { Family, Prefix } from '../net/address.js';
import { parsePrefix } from '../net/address.js';
import type { ManifestObject } from '../manifests/types.js';
import { taintsOf } from './node.js';
import type { Place } from './placement.js';
import { assignPodCIDRs, lonePodCIDR } from './pod-cidr.js';
import type { MadeUp, Node } from './types.js';

/** What the filled-in addresses of nodes depend on. */
interface NodeFacts {
  readonly families: readonly Family[];
  readonly serviceCIDRs: readonly Prefix[];
  readonly nodeName?: string | undefined;
}

/** From the ranges reserved for documentation (RFC 5737, RFC 3849), so that nobody mistakes them for real addresses. */
const loneAddresses: Readonly<Record<Family, string>> = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' };

/** The given nodes as places for Pods; if there is none, a filled-in node. */
export function completeNodes(
  objects: readonly ManifestObject[],
  given: readonly Node[],
  facts: NodeFacts,
): readonly Place[] {
  if (given.length > 0)
    return given.map((node, index) => ({ node, taints: taintsOf(objects[index]), isMadeUp: false }));
  return [{ node: loneNode(facts), taints: [], isMadeUp: true }];
}

/**
 * The nodes of a cluster without planned Pods. A filled-in node then gets no podCIDRs: nothing needs them, and
 * kube-proxy with detectLocalMode NodeCIDR would use them as facts.
 */
export function nodesWithoutPlan(places: readonly Place[]): readonly Node[] {
  return places.map(({ node, isMadeUp }) => (isMadeUp ? { ...node, podCIDRs: [] } : node));
}

/** Describes nodes that were filled in. */
export function describeMadeUpNodes(nodes: readonly Node[], places: readonly Place[]): MadeUp[] {
  if (!places.some((place) => place.isMadeUp)) return [];
  return nodes.map(({ name, podCIDRs, addresses }) => {
    const pods = podCIDRs.length === 0 ? '' : `podCIDR ${podCIDRs.join(' and ')} and `;
    return {
      kind: 'node',
      object: `Node ${name}`,
      detail: `the only one, with ${pods}address ${addresses.join(' and ')}`,
    };
  });
}

function loneNode({ families, serviceCIDRs, nodeName = '' }: NodeFacts): Node {
  const name = nodeName === '' ? 'node-1' : nodeName;
  return {
    name,
    labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    podCIDRs: families.map((family) => lonePodCIDR(family, serviceCIDRs)),
    addresses: families.map((family) => loneAddresses[family]),
  };
}

/**
 * Nodes by name, from which Pods take addresses. Nodes without podCIDR get one of each family, and so do nodes that
 * Pods name but the set does not contain.
 */
export function withPodCIDRs(
  nodes: readonly Node[],
  named: readonly string[],
  { families, serviceCIDRs }: NodeFacts,
): { byName: Map<string, Node>; madeUp: MadeUp[] } {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const name of named) if (!byName.has(name)) byName.set(name, { name, labels: {}, podCIDRs: [], addresses: [] });
  const lacking = [...byName.values()].filter((node) => node.podCIDRs.length === 0).map((node) => node.name);
  if (lacking.length === 0) return { byName, madeUp: [] };
  const spokenFor = [
    ...serviceCIDRs,
    ...nodes.flatMap((node) => node.podCIDRs.flatMap((text) => parsePrefix(text) ?? [])),
  ];
  const found = families.map((family) => assignPodCIDRs(lacking, family, spokenFor));
  const madeUp = lacking.map((name): MadeUp => {
    const podCIDRs = found.flatMap((assigned) => assigned.get(name) ?? []);
    byName.set(name, { name, labels: {}, addresses: [], ...byName.get(name), podCIDRs });
    return { kind: 'podCIDR', object: `Node ${name}`, detail: podCIDRs.join(' and ') };
  });
  return { byName, madeUp };
}
