import { groupBy } from '../diagnostics/groups.js';
import { clientsOf } from './traffic/clients.js';
import type { Client, ClientKind } from './traffic/client.js';
import { deliver, keyOf, type ClientDelivery, type Delivery, type Destination } from './traffic/delivery.js';
import { withWhy } from './traffic/why.js';
import { exampleOf, type Packets } from '../walk/packets.js';
import { addressSets } from '../walk/address-set.js';
import { readAddress } from '../walk/address.js';
import { addressWords } from '../walk/set-text.js';
import { endpointsInRules } from './endpoints-in-rules.js';
import type { FamilyView } from './node.js';
import type { AddressKind, FoundServicePort, ServiceAddress } from './rules/discover.js';
import { isUserspace } from './rules/eras.js';
import { hostAddress } from './rules/rule-index.js';
import type { ExplainedTraffic } from './types.js';
import { formatHostPort, hostOf } from './words/host-port.js';

/** The outcome of each client's connections to one address. */
export interface AddressTraffic {
  readonly address: ServiceAddress;
  readonly label: string;
  /** The destination of the packets. */
  readonly to: Destination;
  /** `packets`: those of the client with the same outcome. */
  readonly deliveries: readonly { readonly client: Client; readonly packets: Packets; readonly delivery: Delivery }[];
}

const addressNames: Readonly<Record<AddressKind, string>> = {
  clusterIP: 'cluster IP',
  nodePort: 'node port',
  externalIP: 'external IP',
  loadBalancerIP: 'load balancer',
  external: 'external address',
};

export function addressKindWords(kind: AddressKind): string {
  return addressNames[kind];
}

/** An address of a service port, and the clients that may connect to it. */
export interface AddressClients extends Omit<AddressTraffic, 'deliveries'> {
  readonly clients: readonly Client[];
}

/** Walks connections from every kind of client to every address of a service port. */
export function trafficOf(view: FamilyView, found: FoundServicePort): AddressTraffic[] {
  return addressClients(view, found).map(({ clients, ...one }) => ({
    ...one,
    deliveries: clients.flatMap((client) => send(view, one.to, client)),
  }));
}

/** The outcome for the first client of the first of these kinds that has one; no other connections are walked. */
export function firstDelivery(
  view: FamilyView,
  places: readonly AddressClients[],
  kinds: readonly ClientKind[],
): Delivery | undefined {
  for (const kind of kinds)
    for (const { clients, to } of places)
      for (const client of clients) {
        const [first] = client.kind === kind ? send(view, to, client) : [];
        if (first !== undefined) return first.delivery;
      }
  return undefined;
}

/** Every address of a service port with its clients. */
export function addressClients(view: FamilyView, found: FoundServicePort): AddressClients[] {
  const sources = loadBalancerSources(view, found);
  const own = new Set(found.addresses.map(({ address }) => address));
  const [ranges, ownSources] = [
    sources.filter((one) => !own.has(hostAddress(one) ?? one)),
    sources.flatMap((one) => hostAddress(one) ?? one).filter((one) => own.has(one)),
  ];
  const clients = withoutManyEndpoints(
    view,
    found,
    clientsOf(view.places, ranges, endpointAddresses(view, found), ownSources[0]),
  );
  return oneNodePort(found.addresses).map((address) => ({
    address,
    label: labelOf(address),
    to: destinationOf(view, found, address),
    clients: clients.filter((client) => isOfInterest(client, address)).map((client) => named(client, address, clients)),
  }));
}

const kept = new WeakMap<FoundServicePort, readonly AddressTraffic[]>();

/** The same, kept for as long as the service port is: the words about a Service and its picture need it. */
export function keptTraffic(view: FamilyView, found: FoundServicePort): readonly AddressTraffic[] {
  const known = kept.get(found) ?? trafficOf(view, found);
  kept.set(found, known);
  return known;
}

/** Up to so many endpoints are clients like others where they are not sent to themselves. */
const fewEndpoints = 100;

/**
 * Without the endpoints, if they are many: each one is a region of its own, with as many ends as there are endpoints,
 * and those that may be sent to themselves are left out of what is delivered anyway.
 */
function withoutManyEndpoints(view: FamilyView, found: FoundServicePort, clients: readonly Client[]): Client[] {
  const addresses = new Set(endpointsInRules(view, found).map(hostOf));
  if (addresses.size <= fewEndpoints) return [...clients];
  const endpoints = addressSets.of(
    [...addresses].flatMap((text) => {
      const address = readAddress(text);
      return address?.family === view.family ? [[address.value, address.value] as const] : [];
    }),
  );
  return clients.map((client) =>
    client.sources === undefined ? client : { ...client, sources: addressSets.subtract(client.sources, endpoints) },
  );
}

/** Adds what only the steps of a walk show: which rule masquerades, and why no rule forwards a packet. */
export function withReasons(view: FamilyView, traffic: readonly AddressTraffic[]): AddressTraffic[] {
  return traffic.map((one) => ({
    ...one,
    deliveries: one.deliveries.map(({ client, packets, delivery }) => ({
      client,
      packets,
      delivery: withWhy(view.traffic, client, one.to, packets, delivery),
    })),
  }));
}

function destinationOf(view: FamilyView, { protocol }: FoundServicePort, address: ServiceAddress): Destination {
  const isOwn = address.kind === 'nodePort';
  return { protocol, address: isOwn ? nodeAddress(view, address) : address.address, port: address.port, isOwn };
}

/** A node port has the same result on every address, so one represents all. */
function oneNodePort(addresses: readonly ServiceAddress[]): ServiceAddress[] {
  const first = addresses.findIndex(({ kind }) => kind === 'nodePort');
  return addresses.filter(({ kind }, index) => kind !== 'nodePort' || index === first);
}

/** Source ranges apply to load-balancer addresses only; for other addresses all outside clients are equal. */
function isOfInterest(client: Client, address: ServiceAddress): boolean {
  return client.kind !== 'outsideAdmitted' || address.kind === 'loadBalancerIP' || address.kind === 'external';
}

/** Outside clients reach a cluster IP only if it is routed to the node; with source ranges they are not all equal. */
function named(client: Client, { kind }: ServiceAddress, all: readonly Client[]): Client {
  if (client.kind !== 'outside') return client;
  if (kind === 'clusterIP')
    return { ...client, words: `${client.words} (only if the network routes cluster IPs here)` };
  const hasRanges =
    (kind === 'loadBalancerIP' || kind === 'external') && all.some((one) => one.kind === 'outsideAdmitted');
  return hasRanges ? { ...client, words: `${client.words}, not within loadBalancerSourceRanges` } : client;
}

function labelOf({ kind, address, port }: ServiceAddress): string {
  return kind === 'nodePort' ? `node port ${port}` : `${addressNames[kind]} ${formatHostPort(address, port)}`;
}

type ClientTraffic = AddressTraffic['deliveries'][number];

/** The outcomes for all clients of a kind; clients with a different outcome than most are separate. */
function send(view: FamilyView, to: Destination, client: Client): ClientTraffic[] {
  const parts = deliver(view.traffic, client, to);
  return parts.map(({ packets, delivery }, index) => ({
    client:
      index === 0 ? sample(client, { packets, delivery }, parts.length > 1) : partOf(client, { packets, delivery }),
    packets,
    delivery: asSeen(view, delivery),
  }));
}

/** A client with this outcome: the usual one if possible. */
function sample(client: Client, { packets }: ClientDelivery, isPart: boolean): Client {
  if (!isPart) return client;
  return { ...client, address: exampleOf(packets)?.source.text ?? client.address, words: othersOf(client.words) };
}

function othersOf(words: string): string {
  return words.startsWith('this ') ? words : words.replace(/^an? /, 'any other ');
}

/** The clients that a rule treats separately. */
function partOf(client: Client, { packets }: ClientDelivery): Client {
  const address = exampleOf(packets)?.source.text ?? client.address;
  const where = addressWords(packets.sources, packets.family);
  return { ...client, address, sources: packets.sources, words: `${client.words} in ${where}` };
}

/** The old userspace proxy opens connections of its own; if marks are lost, nothing is masqueraded. */
function asSeen(view: FamilyView, delivery: Delivery): Delivery {
  return delivery.fate === 'delivered' && isUserspace(view.index) ? { ...delivery, source: 'node' } : delivery;
}

function nodeAddress({ places, reach, family }: FamilyView, { address }: ServiceAddress): string {
  if (address !== '') return address;
  const named = reach?.addresses.find((one) => !one.startsWith('127.') && one !== '::1') ?? reach?.addresses[0];
  return named ?? places.nodeAddress ?? (family === 'ipv4' ? '192.0.2.1' : '2001:db8::1');
}

/**
 * The sources that the KUBE-FW chain or the sets allow: loadBalancerSourceRanges, and the load balancer's own address
 * if the ranges include the node. Node ports have no address of their own.
 */
function loadBalancerSources({ index, answers, rules: { sets } }: FamilyView, found: FoundServicePort): string[] {
  if (answers !== undefined) return answers.sourceRanges(found);
  const chain = index.chain('nat', found.chains.get('firewall') ?? '');
  const own = new Set(found.addresses.flatMap(({ address }) => (address === '' ? [] : [address])));
  const prefixes =
    chain?.rules.flatMap(({ matches }) =>
      matches.flatMap((match) => (match.kind === 'source' && match.negated !== true ? [match.prefix] : [])),
    ) ?? [];
  const fromSets = sets
    .filter(({ name }) => /^KUBE-(?:6-)?LOAD-BALANCER-SOURCE-(?:CID|IP$)/.test(name))
    .flatMap(({ elements }) =>
      elements.flatMap(({ element }) => {
        const [address = '', , range = ''] = element.split(',');
        return own.has(address) ? [range] : [];
      }),
    );
  return [...prefixes, ...fromSets];
}

function endpointAddresses(view: FamilyView, found: FoundServicePort): Set<string> {
  return new Set(view.states.get(`${found.name?.text ?? ''} ${found.protocol}`)?.all.map(({ address }) => address));
}

/** Table rows that combine clients and addresses with the same outcome. */
export function groupTraffic(all: readonly AddressTraffic[]): ExplainedTraffic[] {
  const rows = new Map<string, { from: Set<string>; to: Set<string>; delivery: Delivery }>();
  for (const { label, deliveries } of all) {
    for (const [from, group] of groupBy(deliveries, ({ delivery }) => keyOf(delivery))) {
      const names = group.map(({ client }) => client.words);
      const key = `${from} ${names.join('|')}`;
      const row = rows.get(key);
      if (row !== undefined) row.to.add(label);
      else if (group[0] !== undefined)
        rows.set(key, { from: new Set(names), to: new Set([label]), delivery: group[0].delivery });
    }
  }
  return [...rows.values()].map(({ from, to, delivery }) => ({ from: [...from], to: [...to], ...delivery }));
}
