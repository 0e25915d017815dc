/** What rules other than kube-proxy's do to connections to Services: end them, or send them elsewhere. */
import { knownEndpoints } from './endpoints-in-rules.js';
import { trafficOf, type AddressTraffic } from './explain-traffic.js';
import type { FamilyView } from './node.js';
import { followedPorts } from './followed-ports.js';
import type { AddressKind, FoundServicePort } from './rules/discover.js';
import type { Client } from './traffic/client.js';
import { deliver, type Decider } from './traffic/delivery.js';
import { sentBy, untrackedBy } from './traffic/why.js';
import { isOfCalicoEbpf } from './rules/ebpf.js';
import { ownerOfDecider } from './words/decider.js';
import { memoized } from '../diagnostics/memoized.js';

/**
 * Which of an address' clients are affected: all, all outside clients, or some. Outside clients do not count for a
 * cluster IP, and this node itself never counts.
 */
type Extent = 'all' | 'outside' | 'some';

/** One rule or policy other than kube-proxy's, and its effect on connections to one address of a Service. */
export interface Interference {
  readonly found: FoundServicePort;
  /** `cluster IP 10.96.0.50:80` */
  readonly where: string;
  readonly kind: AddressKind;
  readonly by: Decider;
  /** The owner of the rule; `kernel` and `unknown`: no known program. */
  readonly owner: string;
  /** `untracks`: takes them out of connection tracking, so that they do not get to endpoints. */
  readonly effect: 'drops' | 'rejects' | 'sendsElsewhere' | 'untracks';
  /** Where connections are sent instead: `10.0.0.9:8080`; `''` if they are ended. */
  readonly endpoint: string;
  readonly clients: readonly string[];
  readonly extent: Extent;
}

/** The service port by its name, else by its address. */
export function servedBy({ found, where }: Interference): string {
  return found.name?.text ?? where;
}

/** The effect on one client. */
type Met = Pick<Interference, 'by' | 'owner' | 'effect' | 'endpoint'> & { readonly client: Client };

/** The effects of other programs' rules on Services, found by walking connections of their clients. */
export const interferenceOf = memoized((view: FamilyView): readonly Interference[] => {
  // Calico's eBPF programs serve Services before all rules.
  const ports = isOfCalicoEbpf(view.rules) ? [] : followedPorts(view);
  return ports.flatMap((port) => ofPort(view, port));
});

function ofPort(view: FamilyView, found: FoundServicePort): Interference[] {
  const own = knownEndpoints(view, found);
  return trafficOf(view, found).flatMap((traffic) => ofAddress(view, found, traffic, own));
}

function ofAddress(
  view: FamilyView,
  found: FoundServicePort,
  { address: { kind }, label, to, deliveries }: AddressTraffic,
  own: ReadonlySet<string>,
): Interference[] {
  const met: Met[] = [];
  /** Clients that kube-proxy sends to endpoints and that nothing stops. */
  const served: Client[] = [];
  for (const { client, packets, delivery } of deliveries) {
    const { fate, by, endpoints } = delivery;
    const other =
      fate === 'delivered' && own.size > 0 ? endpoints.find(({ endpoint }) => !own.has(endpoint)) : undefined;
    if (other !== undefined) {
      const rule = sentBy(view.traffic, client, to, packets, other.endpoint);
      const owner = rule === undefined ? 'kube-proxy' : ownerOfDecider(rule);
      if (rule !== undefined && owner !== 'kube-proxy')
        met.push({ client, by: rule, owner, effect: 'sendsElsewhere', endpoint: other.endpoint });
    } else if (fate === 'delivered') served.push(client);
    else if (delivery.untouchedBy === 'notTracked') {
      const by = client.kind === 'node' ? undefined : untrackedBy(view.traffic, client, to, packets);
      if (by !== undefined) met.push({ client, by, owner: ownerOfDecider(by), effect: 'untracks', endpoint: '' });
    } else if (by !== undefined && (fate === 'refused' || fate === 'dropped')) {
      const owner = ownerOfDecider(by);
      const isForeign = owner !== 'kube-proxy' && owner !== 'kubelet' && client.kind !== 'node';
      if (isForeign && mayPass(view, client, to)) served.push(client);
      else if (isForeign)
        met.push({ client, by, owner, effect: fate === 'dropped' ? 'drops' : 'rejects', endpoint: '' });
    }
  }
  return grouped(met, { found, where: label, kind, extent: extentOf(kind, met, served) });
}

/** Interfaces that never lead to Pods: the node's own, and those of other programs' containers and machines. */
const neverPods = /^(?:lo|br-|docker|podman|virbr|lxcbr|lxdbr|incusbr|eth|en[opsx]|wl|ppp)/;
const mostInterfaces = 8;

/**
 * Whether packets of Pods pass if they arrive by another interface in the rules: if the interface of Pods is unknown,
 * it may be that one.
 */
function mayPass({ places, traffic }: FamilyView, client: Client, to: AddressTraffic['to']): boolean {
  const isGuess = places.detector?.kind !== 'inInterface' && places.podInterface === undefined;
  if (!isGuess || (client.kind !== 'podHere' && client.kind !== 'podElsewhere')) return false;
  const names = traffic.walkedNode([]).tracer.interfaces();
  return names
    .filter((name) => name !== client.interface && !neverPods.test(name))
    .slice(0, mostInterfaces)
    .some((name) =>
      deliver(traffic, { ...client, interface: name }, to).some(({ delivery }) => delivery.fate === 'delivered'),
    );
}

function extentOf(kind: AddressKind, met: readonly Met[], served: readonly Client[]): Extent {
  const isFor = (client: Client): boolean => client.kind !== 'node' && (kind !== 'clusterIP' || !isOutside(client));
  const meets = (isMeant: (client: Client) => boolean): boolean =>
    met.some(({ client }) => isMeant(client)) && !served.some(isMeant);
  if (meets(isFor)) return 'all';
  return kind !== 'clusterIP' && meets(isOutside) ? 'outside' : 'some';
}

function isOutside({ kind }: Client): boolean {
  return kind === 'outside' || kind === 'outsideAdmitted';
}

function grouped(met: readonly Met[], address: Omit<Interference, keyof Met | 'clients'>): Interference[] {
  const byRule = new Map<string, Interference & { clients: string[] }>();
  for (const { client, ...rest } of met) {
    const { by, effect, endpoint } = rest;
    const key = JSON.stringify([by, effect, endpoint]);
    const group = byRule.get(key);
    if (group === undefined) byRule.set(key, { ...address, ...rest, clients: [client.words] });
    else group.clients.push(client.words);
  }
  return [...byRule.values()];
}
