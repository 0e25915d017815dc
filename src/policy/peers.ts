/** Tests whether a policy's rule matches the other side of a connection, and its port. */
import { readProtocol } from '../cluster/service.js';
import { itemsOf, numberOf, textOf, valueAt } from '../manifests/values.js';
import type { ClusterPod } from '../cluster/types.js';
import { matchesLabelSelector } from '../lint/model/label-selector.js';
import { listAt, mapAt, textAt } from '../lint/values.js';
import { parseAddress, prefixContains } from '../net/address.js';
import type { Party, Policy, PolicyPeer, PolicyPort, PolicyRule, PolicySet } from './types.js';

/** The destination of a connection, with the Pod's own port, not the Service's. */
export interface Destination {
  readonly pod: ClusterPod | undefined;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

/** Whether the policy selects the Pod. Host-network Pods are never selected. */
export function selectsPod({ namespace, object }: Policy, pod: ClusterPod): boolean {
  return (
    pod.namespace === namespace &&
    !pod.hostNetwork &&
    matchesLabelSelector(object, ['spec', 'podSelector'], false, labelsOf(pod))
  );
}

function labelsOf({ labels }: ClusterPod): ReadonlyMap<string, string> {
  return new Map(Object.entries(labels));
}

/** Whether a rule allows the other side; undefined if the labels of its namespace are unknown. */
export function admits(
  rule: PolicyRule,
  policy: Policy,
  other: Party,
  to: Destination,
  set: PolicySet,
): boolean | undefined {
  if (rule.ports !== undefined && !rule.ports.some((port) => isPort(port, to))) return false;
  if (rule.peers === undefined) return true;
  const answers = rule.peers.map((peer) => isPeer(peer, policy, other, set));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function isPort({ protocol, port, endPort }: PolicyPort, to: Destination): boolean {
  if (protocol !== to.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return portNamed(port, to);
  return endPort === undefined ? port === to.port : port <= to.port && to.port <= endPort;
}

/** Named ports are those of the destination Pod. */
function portNamed(name: string, { pod, port, protocol }: Destination): boolean {
  return itemsOf(pod?.podSpec.containers).some((container) =>
    itemsOf(container.ports).some(
      (one) => textOf(one.name) === name && numberOf(one.containerPort, 0) === port && readProtocol(one) === protocol,
    ),
  );
}

function isPeer(peer: PolicyPeer, policy: Policy, other: Party, set: PolicySet): boolean | undefined {
  if (peer.kind === 'ipBlock') {
    const address = parseAddress(other.address ?? '');
    if (address === undefined || peer.cidr?.family !== address.family) return false;
    return prefixContains(peer.cidr, address) && !peer.except.some((one) => prefixContains(one, address));
  }
  const { pod } = other;
  if (pod === undefined || pod.hostNetwork) return false;
  const { podSelector, namespaceSelector } = peer;
  if (podSelector !== undefined && !matchesLabelSelector(policy.object, podSelector, false, labelsOf(pod)))
    return false;
  if (namespaceSelector === undefined) return pod.namespace === policy.namespace;
  const { labels, isKnown } = set.labelsOfNamespace(pod.namespace);
  const matches = matchesLabelSelector(policy.object, namespaceSelector, false, labels);
  return isKnown || asksForNothingElse(policy, namespaceSelector) ? matches : undefined;
}

/** Whether a selector uses no label except the one that every namespace has. */
function asksForNothingElse({ object }: Policy, path: readonly (string | number)[]): boolean {
  const keys = keysOf(object, path);
  return keys.every((key) => key === 'kubernetes.io/metadata.name');
}

function keysOf({ value }: Policy['object'], path: readonly (string | number)[]): string[] {
  const selector = valueAt(value, ...path);
  return [
    ...Object.keys(mapAt(selector, 'matchLabels') ?? {}),
    ...listAt(selector, 'matchExpressions').map((expression) => textAt(expression, 'key')),
  ];
}
