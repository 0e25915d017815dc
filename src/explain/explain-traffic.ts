import { groupBy } from '../lint/model/groups.js';
import { clientsOf } from './traffic/clients.js';
import type { Client } from './traffic/packet.js';
import { deliver, packetTo, type Delivery } from './traffic/traffic.js';
import type { FamilyView } from './node.js';
import type { AddressKind, FoundServicePort, ServiceAddress } from './rules/discover.js';
import { isUserspace } from './rules/eras.js';
import { masqueradeFault } from './rules/masquerading.js';
import { hostAddress } from './rules/rule-index.js';
import type { ExplainedTraffic } from './types.js';
import { formatHostPort } from './words/host-port.js';

/** What becomes of each client's connections to one address. */
export interface AddressTraffic {
  readonly address: ServiceAddress;
  readonly label: string;
  readonly deliveries: readonly { readonly client: Client; readonly delivery: Delivery }[];
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

/** Every kind of client to every address of a service port. */
export function trafficOf(view: FamilyView, found: FoundServicePort): AddressTraffic[] {
  const sources = loadBalancerSources(view, found);
  const own = new Set(found.addresses.map(({ address }) => address));
  const [ranges, ownSources] = [
    sources.filter((one) => !own.has(hostAddress(one) ?? one)),
    sources.flatMap((one) => hostAddress(one) ?? one).filter((one) => own.has(one)),
  ];
  const clients = clientsOf(view.places, ranges, endpointAddresses(view, found), ownSources[0]);
  return oneNodePort(found.addresses).map((address) => ({
    address,
    label: labelOf(address),
    deliveries: clients
      .filter((client) => isOfInterest(client, address))
      .map((client) => ({ client: named(client, address, clients), delivery: send(view, found, address, client) })),
  }));
}

/** A node port does the same on every address: one stands for all. */
function oneNodePort(addresses: readonly ServiceAddress[]): ServiceAddress[] {
  const first = addresses.findIndex(({ kind }) => kind === 'nodePort');
  return addresses.filter(({ kind }, index) => kind !== 'nodePort' || index === first);
}

/** Source ranges concern load-balancer addresses only: elsewhere all clients outside are alike. */
function isOfInterest(client: Client, address: ServiceAddress): boolean {
  return client.kind !== 'outsideAdmitted' || address.kind === 'loadBalancerIP' || address.kind === 'external';
}

/**
 * Clients outside reach a cluster IP only where it is routed to the node; before source ranges they are not all alike.
 */
function named(client: Client, { kind }: ServiceAddress, all: readonly Client[]): Client {
  if (client.kind !== 'outside') return client;
  if (kind === 'clusterIP') return { ...client, words: `${client.words} (where cluster IPs are routed here)` };
  const hasRanges =
    (kind === 'loadBalancerIP' || kind === 'external') && all.some((one) => one.kind === 'outsideAdmitted');
  return hasRanges ? { ...client, words: `${client.words}, not within loadBalancerSourceRanges` } : client;
}

function labelOf({ kind, address, port }: ServiceAddress): string {
  return kind === 'nodePort' ? `node port ${port}` : `${addressNames[kind]} ${formatHostPort(address, port)}`;
}

function send(view: FamilyView, found: FoundServicePort, address: ServiceAddress, client: Client): Delivery {
  const toNode = address.kind === 'nodePort';
  const destination = toNode ? nodeAddress(view, address) : address.address;
  const delivery = deliver(
    view.ground,
    packetTo(view.ground, client, found.protocol, destination, address.port, toNode),
  );
  if (delivery.fate !== 'delivered') return delivery;
  if (isUserspace(view.index)) return { ...delivery, source: 'node' };
  return delivery.source !== 'client' && masqueradeFault(view.index) !== undefined
    ? { ...delivery, source: 'client' }
    : delivery;
}

function nodeAddress({ places, reach, family }: FamilyView, { address }: ServiceAddress): string {
  if (address !== '') return address;
  const named = reach?.addresses.find((one) => !one.startsWith('127.') && one !== '::1') ?? reach?.addresses[0];
  return named ?? places.nodeAddress ?? (family === 'ipv4' ? '192.0.2.1' : '2001:db8::1');
}

/**
 * The sources that the KUBE-FW chain or the sets let through: loadBalancerSourceRanges, and the load balancer's own
 * address where they hold the node's. Node ports have no address of their own.
 */
function loadBalancerSources({ index, rules: { sets } }: FamilyView, found: FoundServicePort): string[] {
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

/** Rows of a table: clients and addresses that fare alike stand together. */
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

function keyOf({ fate, endpoints, source, lost, undecided }: Delivery): string {
  return `${fate} ${source} ${lost.toFixed(9)} ${undecided.join('|')} ${endpoints.map(({ endpoint, share }) => `${endpoint} ${share.toFixed(9)}`).join(',')}`;
}
