/**
 * Sets of addresses that NetworkPolicies treat equally: similar Pods, nodes, and the remaining addresses by ipBlock.
 */
import type { ClusterPod } from '../cluster/types.js';
import { formatPrefix, type Family, type Prefix } from '../net/address.js';
import { selectsPod } from '../policy/peers.js';
import type { Policy, PolicySet } from '../policy/types.js';
import { knownNodes, knownPods, type Directory } from '../targets/directory.js';
import { addressSets, allAddresses, maskedSet, type AddressSet } from '../walk/address-set.js';
import { readAddress, readMaskedAddress } from '../walk/address.js';
import { ofPorts, ofProtocols, portSets, type PortSet, type Transport } from '../walk/transport.js';
import { itemsOf, numberOf } from '../manifests/values.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Disjoint sets that cover all addresses of a family. */
export function placesOf(set: PolicySet, directory: Directory, family: Family): AddressSet[] {
  const blocks = blocksOf(set).flatMap((prefix) => (prefix.family === family ? [setOf(prefix)] : []));
  const pods = knownPods(directory).filter(({ hostNetwork }) => !hostNetwork);
  const nodes = knownNodes(directory).map(({ addresses }) => setOfTexts(addresses, family));
  const own = [...podPlaces(pods, family), ...nodes].filter((one) => one.length > 0);
  const known = own.reduce((all, one) => addressSets.union(all, one), addressSets.none);
  const rest = addressSets.subtract(allAddresses[family], known);
  return blocks.reduce<AddressSet[]>(
    (places, block) =>
      places
        .flatMap((place) => [addressSets.intersect(place, block), addressSets.subtract(place, block)])
        .filter((place) => place.length > 0),
    [...own, rest],
  );
}

/** The Pods that some policy isolates for ingress, each by its address. */
export function isolatedPlaces({ policies }: PolicySet, directory: Directory, family: Family): AddressSet[] {
  const isolating = policies.filter(({ isolates }) => isolates.ingress);
  return knownPods(directory)
    .filter((pod) => isolating.some((policy) => selectsPod(policy, pod)))
    .map(({ addresses }) => setOfTexts([addresses[family] ?? ''], family))
    .filter((place) => place.length > 0);
}

/** Pods that no policy can distinguish: in one namespace, with the same labels and ports, on one node. */
function podPlaces(pods: readonly ClusterPod[], family: Family): AddressSet[] {
  const byKind = new Map<string, string[]>();
  for (const pod of pods) {
    const text = pod.addresses[family];
    if (text === undefined) continue;
    const kind = JSON.stringify([pod.namespace, Object.entries(pod.labels).sort(), pod.nodeName, portsOf(pod)]);
    addToGroup(byKind, kind, text);
  }
  return [...byKind.values()].map((texts) => setOfTexts(texts, family));
}

function portsOf({ podSpec }: ClusterPod): unknown {
  return itemsOf(podSpec.containers).map(({ ports }) => ports ?? null);
}

function setOfTexts(texts: readonly string[], family: Family): AddressSet {
  const own = texts.flatMap((text) => readAddress(text) ?? []).filter((address) => address.family === family);
  return addressSets.of(own.map(({ value }) => [value, value]));
}

function blocksOf({ policies }: PolicySet): Prefix[] {
  return rulesOf(policies).flatMap(({ peers = [] }) =>
    peers.flatMap((peer) =>
      peer.kind === 'ipBlock' ? [...(peer.cidr === undefined ? [] : [peer.cidr]), ...peer.except] : [],
    ),
  );
}

function rulesOf(policies: readonly Policy[]): Policy['ingress'][number][] {
  return policies.flatMap(({ ingress, egress }) => [...ingress, ...egress]);
}

function setOf(prefix: Prefix): AddressSet {
  const masked = readMaskedAddress(formatPrefix(prefix), prefix.family);
  return (masked === undefined ? undefined : maskedSet(masked, prefix.family)) ?? addressSets.none;
}

/** Disjoint sets of ports for each protocol that no policy distinguishes. Named ports are resolved with the Pods. */
export function portPlaces({ policies }: PolicySet, directory: Directory): Transport[] {
  const bounds = new Set<number>([1, 65_536]);
  const cut = (from: number, to: number): void => {
    for (const one of [from, to + 1]) if (one > 0 && one < 65_536) bounds.add(one);
  };
  let hasNames = false;
  for (const { ports = [] } of rulesOf(policies))
    for (const { port, endPort } of ports)
      if (typeof port === 'number') cut(port, endPort ?? port);
      else hasNames ||= port !== undefined;
  if (hasNames)
    for (const { podSpec } of knownPods(directory))
      for (const container of itemsOf(podSpec.containers))
        for (const port of itemsOf(container.ports))
          cut(numberOf(port.containerPort, 0), numberOf(port.containerPort, 0));
  const sorted = [...bounds].sort((a, b) => a - b);
  const ranges = sorted
    .slice(0, -1)
    .map((from, index): PortSet => portSets.of([[from, (sorted[index + 1] ?? from) - 1]]));
  const perProtocol = (['tcp', 'udp', 'sctp'] as const).flatMap((protocol) =>
    ranges.map((range) => ofPorts(range, [protocol])),
  );
  return [...perProtocol, ofProtocols(['icmp'])];
}
