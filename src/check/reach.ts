/** The outcome of connections from one kind of client, from walks through the node's rules. */
import type { AddressTraffic } from '../explain/explain-traffic.js';
import type { ClientKind } from '../explain/traffic/client.js';
import type { Decider, Delivery } from '../explain/traffic/delivery.js';
import { nodeNameOf } from '../explain/node.js';
import { placeOf } from '../journey/legs.js';
import { sentBy } from '../explain/traffic/why.js';
import { deciderWords } from '../explain/words/decider.js';
import { virtualEndpointWords, virtualServiceAt } from '../explain/rules/virtual-addresses.js';
import { hostOf } from '../explain/words/host-port.js';
import { percent } from '../explain/words/numbers.js';
import { plain } from '../explain/words/plain.js';
import type { PortTraffic, Subject } from './subject.js';

/** One kind of client at one address. */
export interface Reached {
  readonly port: string;
  /** `cluster IP 10.96.0.50:80` */
  readonly label: string;
  readonly kind: AddressTraffic['address']['kind'];
  readonly words: string;
  readonly delivery: Delivery;
  /** Why an endpoint to which it is delivered cannot answer, as a clause. */
  readonly nobody: string | undefined;
  /** The destination in another program's rule, which is not an endpoint of the Service; undefined if there is none. */
  readonly taken: Taken | undefined;
  /**
   * The endpoints that answer without passing this node, which alone can translate the answer; undefined if there are
   * none.
   */
  readonly pastNode: PastNode | undefined;
}

/** `share`: of all connections that are forwarded. */
interface PastNode {
  readonly endpoint: string;
  readonly node: string;
  readonly share: number;
}

/** `share`: of all connections that are forwarded. */
interface Taken {
  readonly endpoint: string;
  readonly share: number;
  readonly by: Decider | undefined;
}

/** The results for clients of these kinds at each address. */
export function reachedBy(subject: Subject, kinds: readonly ClientKind[]): Reached[] {
  return subject.traffic.flatMap((port) => port.traffic.flatMap((one) => reachedAt(subject, port, one, kinds)));
}

function reachedAt(
  subject: Subject,
  port: PortTraffic,
  { address, label, to, deliveries }: AddressTraffic,
  kinds: readonly ClientKind[],
): Reached[] {
  return deliveries
    .filter(({ client }) => kinds.includes(client.kind))
    .map(({ client, packets, delivery }) => ({
      port: port.name,
      label,
      kind: address.kind,
      words: client.words,
      delivery,
      nobody: nobodyAt(port, delivery),
      pastNode: isOutside(client.kind) ? pastNode(subject, delivery) : undefined,
      taken: takenFrom(port, delivery, (endpoint) => sentBy(port.view.traffic, client, to, packets, endpoint)),
    }));
}

/** An endpoint that is a cluster IP belongs to no machine. */
function nobodyAt({ view }: PortTraffic, { endpoints }: Delivery): string | undefined {
  for (const { endpoint } of endpoints) {
    const of = virtualServiceAt(view.found, endpoint);
    if (of !== undefined) return virtualEndpointWords(endpoint, of);
  }
  return undefined;
}

/**
 * Packets sent to an address that is not an endpoint of the Service, for instance by a DNAT rule before kube-proxy's.
 */
function takenFrom(
  { endpoints: own }: PortTraffic,
  { fate, endpoints }: Delivery,
  ruleTo: (endpoint: string) => Decider | undefined,
): Taken | undefined {
  if (fate !== 'delivered' || own.size === 0) return undefined;
  const others = endpoints.filter(({ endpoint }) => !own.has(endpoint));
  const [first] = others;
  if (first === undefined) return undefined;
  return {
    endpoint: first.endpoint,
    share: others.reduce((sum, { share }) => sum + share, 0),
    by: ruleTo(first.endpoint),
  };
}

function isOutside(kind: ClientKind): boolean {
  return kind === 'outside' || kind === 'outsideAdmitted';
}

/**
 * If clients outside keep their address, Pods on other nodes answer them directly, from an address to which the clients
 * did not connect. If only some connections are masqueraded, it is unknown which.
 */
function pastNode({ directory, knowledge }: Subject, { fate, source, endpoints }: Delivery): PastNode | undefined {
  const own = nodeNameOf(knowledge);
  if (fate !== 'delivered' || source !== 'client' || own === '') return undefined;
  const others = endpoints.flatMap(({ endpoint, share }) => {
    const node = placeOf(hostOf(endpoint), directory);
    return node === '' || node === own ? [] : [{ endpoint, node, share }];
  });
  const [first] = others;
  return first === undefined ? undefined : { ...first, share: others.reduce((sum, { share }) => sum + share, 0) };
}

/** Whether all connections arrive at endpoints of the Service. */
export function arrives({ delivery, nobody, taken, pastNode }: Reached): boolean {
  return (
    delivery.fate === 'delivered' &&
    delivery.lost === 0 &&
    nobody === undefined &&
    taken === undefined &&
    pastNode === undefined
  );
}

/** `from a Pod on this node, cluster IP 10.96.0.50:80 refuses connections (rule 1 of KUBE-SERVICES)`. */
export function faultWords({ words, label, delivery, nobody, taken, pastNode: past }: Reached): string {
  const by = deciderWords(delivery.by);
  if (nobody !== undefined) return `from ${words}, connections to ${label} are lost: ${nobody}`;
  if (taken !== undefined) {
    const some = taken.share > 0.999 ? '' : `${percent(taken.share)} % of `;
    return `from ${words}, ${some}connections to ${label} go to ${plain(taken.endpoint)}, which is not one of its endpoints${deciderWords(taken.by)}`;
  }
  if (past !== undefined && delivery.lost === 0) {
    const some = past.share > 0.999 ? 'connections' : `${percent(past.share)} % of connections`;
    return (
      `from ${words}, ${some} to ${label} get no answer: ${plain(past.endpoint)} on node ${plain(past.node)} answers the ` +
      'client directly, not through this node, which did the translation (nothing masquerades them)'
    );
  }
  if (delivery.fate === 'delivered')
    return `from ${words}, ${percent(delivery.lost)} % of connections to ${label} reach no endpoint${by}`;
  const fate = {
    refused: `connections to ${label} are rejected`,
    dropped: `connections to ${label} are dropped`,
    untouched: `no rule matches connections to ${label}`,
  }[delivery.fate];
  return `from ${words}, ${fate}${by}`;
}

/** The source address that the Pods see. */
export function sourceWords(all: readonly Reached[]): string {
  const sources = new Set(all.map(({ delivery }) => delivery.source));
  if (sources.size !== 1) return 'Pods see different source addresses';
  const [only] = sources;
  return only === 'client'
    ? "the Pods see the client's own address"
    : only === 'node'
      ? "the Pods see the node's address (masquerade)"
      : 'the source address that Pods see depends on the endpoint';
}
