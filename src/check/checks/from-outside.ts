import { nodesWithEndpoints, whyLocal } from '../local.js';
import { openFor } from '../part-of-dump.js';
import { arrives, faultWords, reachedBy, sourceWords, type Reached } from '../reach.js';
import { at, result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'from-outside', title: 'Clients outside the cluster reach it' };

/** Connections from outside to node ports, external addresses and load balancers. */
export function fromOutside(subject: Subject): CheckResult {
  const { service, isHeadless } = subject;
  const pending = pendingBalancer(subject);
  if (pending?.status === 'failed') return pending;
  const all = reachedBy(subject, ['outside', 'outsideAdmitted']).filter(({ kind }) => kind !== 'clusterIP');
  if (all.length === 0) {
    if (pending !== undefined) return pending;
    if (isForOutside(subject))
      return subject.traffic.length === 0
        ? result(name, 'unknown', ['the inputs give no rules to follow'])
        : result(name, 'failed', [`its type is ${service?.type ?? ''}, but the rules have only its cluster IP`]);
    const why = isHeadless
      ? 'it is headless: it has no address that clients outside could use'
      : service === undefined
        ? 'the rules have only its cluster IP, which is for clients inside'
        : 'its type is ClusterIP, which is for clients inside (from outside, use kubectl port-forward, NodePort, LoadBalancer or an Ingress)';
    return result(name, subject.traffic.length === 0 && !isHeadless ? 'unknown' : 'ok', [why]);
  }
  const admitted = all.filter((one) => !isKeptOut(one));
  const bad = admitted.filter((one) => !arrives(one));
  if (bad.length === 0)
    return result(name, pending?.status ?? 'ok', [
      `connections to ${labels(admitted)} arrive; ${sourceWords(admitted)}`,
      ...(admitted.length < all.length ? ['clients outside loadBalancerSourceRanges are dropped'] : []),
      ...[...new Set(admitted.flatMap(({ delivery }) => delivery.undecided))].map((text) => `unless ${text}`),
      ...whyLocal(subject, 'externalTrafficPolicy'),
      ...(pending?.reasons ?? []),
    ]);
  const lacking = openFor(subject, admitted);
  if (lacking.length > 0) return result(name, 'unknown', lacking);
  const local = whyLocal(subject, 'externalTrafficPolicy');
  if (local.length > 0 && service?.type === 'LoadBalancer')
    return result(name, 'ok', [
      ...local,
      `this node drops them; the load balancer checks the health check port ${service.healthCheckNodePort || ''}`.trimEnd() +
        ` and sends them to ${nodesWithEndpoints(subject).join(', ')}`,
    ]);
  return result(
    name,
    'failed',
    [...bad.map(faultWords), ...local],
    local.length > 0
      ? `Connect to ${nodesWithEndpoints(subject).join(' or ')}, or set externalTrafficPolicy: Cluster.`
      : '',
  );
}

/** Whether the manifests give it addresses for clients outside, other than those that a load balancer announces. */
function isForOutside({ service }: Subject): boolean {
  return (
    service !== undefined && (service.externalIPs.length > 0 || service.ports.some(({ nodePort }) => nodePort !== 0))
  );
}

function labels(all: readonly Reached[]): string {
  return [...new Set(all.map(({ label }) => label))].join(', ');
}

/** Clients that are blocked intentionally. */
function isKeptOut({ words, delivery }: Reached): boolean {
  return words.includes('not within loadBalancerSourceRanges') && delivery.fate !== 'delivered';
}

/** A load balancer without an address: in its status, or because the manifests have no status. */
function pendingBalancer({ service, namespace, isDump }: Subject): CheckResult | undefined {
  if (service?.type !== 'LoadBalancer' || service.loadBalancerIngress.length > 0) return undefined;
  const hasHost = JSON.stringify(service.object.value.status ?? null).includes('"hostname"');
  const look = `kubectl get service ${service.name} -n ${namespace}`;
  if (hasHost) return undefined;
  if (service.object.value.status === undefined)
    return isDump
      ? undefined
      : result(name, 'unknown', ['the manifests do not contain the address of its load balancer'], look);
  return result(
    name,
    'failed',
    [at('its load balancer has no address yet: its status lists none', service.object, ['status'])],
    `Check its events, and that the cluster has a load balancer controller: kubectl describe service ${service.name} -n ${namespace}`,
  );
}
