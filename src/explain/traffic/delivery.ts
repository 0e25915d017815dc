/** The outcome of connections to a Service's address, from the regions of all packets that clients may send. */
import { numberOf } from '../../walk/rule-number.js';
import { readAddress, type TraceAddress } from '../../walk/address.js';
import { addressSets, type AddressSet } from '../../walk/address-set.js';
import { interfaceNamed } from '../../walk/all-packets.js';
import { itemsOf } from '../../walk/link.js';
import type { Packet, TraceProtocol } from '../../walk/packet.js';
import { itself, Packets } from '../../walk/packets.js';
import { endsOf } from '../../walk/regions.js';
import { whereTo } from '../../walk/state.js';
import { ofPort } from '../../walk/transport.js';
import type { Fact, WalkEnd, WalkStep } from '../../walk/types.js';
import { podsWay } from '../../walk/way-out.js';
import type { Client } from './client.js';
import { unknownNode, type TrafficContext, type WalkedNode } from './context.js';
import { addToCount } from '../../diagnostics/groups.js';
import { wasSentOn } from '../../trace/groups.js';

/** The outcome of a connection. `untouched`: no Service rule affects it. */
export type Fate = 'delivered' | 'refused' | 'dropped' | 'untouched';

interface EndpointShare {
  /** `10.244.1.5:8080` */
  readonly endpoint: string;
  readonly share: number;
}

/** A rule or policy that ends connections: `rule` counts from 1; 0 is the policy. */
export interface Decider {
  readonly table: string;
  readonly chain: string;
  readonly rule: number;
}

/** The outcome of connections from one kind of client to one address. */
export interface Delivery {
  readonly fate: Fate;
  /** Empty unless delivered. Shares are for new clients, without session affinity. */
  readonly endpoints: readonly EndpointShare[];
  /** The source address that the endpoint sees. `mixed`: depends on the endpoint. */
  readonly source: 'client' | 'node' | 'mixed';
  /** The share of connections that no rule forwards although others are forwarded: 0 in rules that kube-proxy wrote. */
  readonly lost: number;
  /** Conditions that the rules alone do not decide; they are assumed not to be met. */
  readonly undecided: readonly string[];
  /** What rejects or drops them, or the lost part, if it is a rule or a policy. */
  readonly by?: Decider;
  /** Why no Service rule forwards untouched ones, if the reason is other than the lack of a rule for them. */
  readonly untouchedBy?: UntouchedBy;
  /** The rule that masquerades all delivered connections, if it is a single one. */
  readonly sourceBy?: Decider;
}

/**
 * `notTracked`: a rule excluded them from connection tracking, without which there is no NAT. `hidden`: a rule sends
 * them to a destination that the dump does not show. `markedToDrop`: they are marked to be dropped (up to 1.27), but no
 * rule on their way drops marked packets. `missing`: a rule sends them to a chain that the inputs do not contain.
 */
export type UntouchedBy = 'notTracked' | 'hidden' | 'markedToDrop' | 'missing';

/** Some clients of a kind with the same outcome. */
export interface ClientDelivery {
  readonly packets: Packets;
  readonly delivery: Delivery;
}

/** The destination of connections. */
export interface Destination {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** Whether the address belongs to the node. */
  readonly isOwn: boolean;
}

/**
 * The outcomes of new connections from all clients of a kind: parts with the same outcome, the largest first. Clients
 * that are sent to themselves are left out; this case is reported separately.
 */
export function deliver(context: TrafficContext, client: Client, to: Destination): ClientDelivery[] {
  const walkedNode = walkedNodeOf(context, client, to);
  const packets = packetsFrom(client, to, context, walkedNode);
  if (packets === undefined) return [];
  const parts = new Map<string, { sources: AddressSet; packets: Packets; delivery: Delivery }>();
  for (const region of walkedNode.tracer.regions(packets)) {
    const ends = endsOf(region.ends);
    if (client.sources !== undefined && isOwnEndpoint(region.packets, ends)) continue;
    const delivery = deliveryOf(ends);
    const key = keyOf(delivery);
    const known = parts.get(key);
    const { sources } = region.packets;
    if (known === undefined) parts.set(key, { sources, packets: region.packets, delivery });
    else known.sources = addressSets.union(known.sources, sources);
  }
  return [...parts.values()]
    .map(({ sources, packets: some, delivery }) => ({ packets: some.with({ sources }), delivery }))
    .sort((a, b) => (sizeOf(b.packets.sources) > sizeOf(a.packets.sources) ? 1 : -1));
}

function walkedNodeOf(context: TrafficContext, client: Client, to: Destination): WalkedNode {
  return context.walkedNode([
    ...(to.isOwn ? [to.address] : []),
    ...(client.kind === 'node' ? [client.address ?? unknownNode[context.family]] : []),
  ]);
}

/** All ways of one packet of such a client. */
export function walkOne(context: TrafficContext, client: Client, to: Destination, packet: Packet): readonly WalkEnd[] {
  return walkedNodeOf(context, client, to).tracer.walk(packet);
}

function sizeOf(set: AddressSet): bigint {
  return addressSets.pairs(set).reduce((sum, [from, to]) => sum + to - from + 1n, 0n);
}

/** Equal for equal deliveries. */
export function keyOf({ fate, endpoints, source, lost, undecided, by, untouchedBy, sourceBy }: Delivery): string {
  const shares = endpoints.map(({ endpoint, share }) => `${endpoint} ${share.toFixed(9)}`).join(',');
  const deciders = [by, sourceBy].map((one) => (one === undefined ? '' : `${one.table} ${one.chain} ${one.rule}`));
  return `${fate} ${source} ${lost.toFixed(9)} ${undecided.join('|')} ${shares} ${deciders.join()} ${untouchedBy ?? ''}`;
}

/** Whether it is a single client that is one of its possible endpoints. */
function isOwnEndpoint({ source }: Packets, ends: readonly WalkEnd[]): boolean {
  return source !== undefined && ends.some(({ state }) => state.madeDestination?.text === source.text);
}

function packetsFrom(
  client: Client,
  to: Destination,
  { family }: TrafficContext,
  walkedNode: WalkedNode,
): Packets | undefined {
  const destination = readAddress(to.address);
  if (destination?.family !== family) return undefined;
  const { tracer, host } = walkedNode;
  const isNode = client.kind === 'node';
  const sources = sourcesOf(client, destination, walkedNode);
  if (sources === undefined || sources.length === 0) return undefined;
  const names = tracer.interfaces();
  const outer = interfaceNamed(host.exitTo(outside[family]).name, names);
  return new Packets({
    family,
    sources,
    destinations: [
      { addresses: addressSets.one(destination.value), transport: ofPort(to.protocol as TraceProtocol, to.port) },
    ],
    interfaces: isNode ? [itself] : interfacesOf(client, names, outer),
    sourcePorts: undefined,
  });
}

const outside = { ipv4: addressOf('203.0.113.77'), ipv6: addressOf('2001:db8:77::77') } as const;

function addressOf(text: string): TraceAddress {
  const address = readAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

/** The node's own packets have the source address that its routes select. */
function sourcesOf(
  client: Client,
  destination: TraceAddress,
  { host, isKnown, own: local }: WalkedNode,
): AddressSet | undefined {
  const given = client.address === undefined ? undefined : readAddress(client.address);
  if (client.kind === 'node') {
    const routed = isKnown || host.isLocal(destination) === true ? host.sourceFor(destination) : undefined;
    const own = routed ?? given ?? readAddress(unknownNode[destination.family]);
    return own === undefined ? undefined : addressSets.one(own.value);
  }
  if (client.sources === undefined) return given === undefined ? undefined : addressSets.one(given.value);
  // No other client has the destination address itself.
  return addressSets.subtract(addressSets.subtract(client.sources, local), addressSets.one(destination.value));
}

/**
 * Packets of Pods on this node arrive by any interface except the one that leads outside, if it is known; all others by
 * that.
 */
function interfacesOf({ kind, interface: name }: Client, names: readonly string[], outer: string): string[] {
  const named = interfaceNamed(name ?? 'eth0', names);
  if (kind !== 'podHere') return [named === '*' && name === 'eth0' ? outer : named];
  return [named];
}

function deliveryOf(all: readonly WalkEnd[]): Delivery {
  const ends = newClients(all);
  const undecided = undecidedIn(all, ends);
  const total = ends.reduce((sum, { state }) => sum + state.weight, 0);
  const sent = ends.filter((end) => end.verdict === 'ACCEPT' && wasSentOn(end));
  const [first] = ends;
  const stopped = ends.filter(({ verdict, reason }) => verdict !== 'ACCEPT' && reason === undefined);
  if (sent.length > 0) return { ...delivered(sent, total, undecided), ...decided(stopped[0]) };
  const refusal = ends.find(isRefused);
  const share = ends
    .filter((end) => stopped.includes(end) || isRefused(end))
    .reduce((sum, { state }) => sum + state.weight, 0);
  if (first === undefined || share < total / 2)
    return {
      ...nothing('untouched', undecided),
      ...(first?.state.isTracked === false ? { untouchedBy: 'notTracked' } : {}),
    };
  const decider = refusal ?? stopped[0];
  const fate = refusal === undefined && stopped.every(({ verdict }) => verdict === 'DROP') ? 'dropped' : 'refused';
  return { ...nothing(fate, undecided), ...decided(decider) };
}

/** The ways for a new client: those in which no undecided condition is met. */
export function newClients(all: readonly WalkEnd[]): WalkEnd[] {
  return all.filter(({ state }) => itemsOf(state.facts).every((fact) => !isTaken(fact)));
}

/** The outcome of connections on one way. */
export function fateOf(end: WalkEnd): Fate {
  if (end.verdict === 'ACCEPT') return wasSentOn(end) ? 'delivered' : 'untouched';
  if (isRefused(end)) return 'refused';
  return end.reason === undefined ? 'dropped' : 'untouched';
}

/** The end of one way of a connection, in the notation of deliveries: `10.244.1.5:8080`, `this node:3128`. */
export function endpointOf({ state }: WalkEnd): string {
  return state.isRedirected ? `this node:${state.destinationPort ?? ''}` : whereTo(state);
}

function decided(end: WalkEnd | undefined): Pick<Delivery, 'by'> {
  const by = end === undefined ? undefined : deciderOf(end);
  return by === undefined ? {} : { by };
}

/** A matched rule, in the form for display. */
export function ruleAt(step: WalkStep & { readonly kind: 'rule' }): Decider {
  return { table: step.table, chain: step.chain.name, rule: numberOf(step) };
}

/** A virtual server without real servers rejects. */
function isRefused({ verdict, reason, state }: WalkEnd): boolean {
  return verdict === 'REJECT' && (reason === undefined || state.takenUp !== undefined);
}

/**
 * Whether a way assumes that an undecided condition is met: for a new client, none is. Endpoints are assumed to be Pods
 * that the node can reach.
 */
function isTaken({ isMet, holds, key }: Fact): boolean {
  if (key === podsWay) return !holds;
  return isMet === true && !key.startsWith('local ');
}

/** Conditions that would change the outcome. */
function undecidedIn(all: readonly WalkEnd[], taken: readonly WalkEnd[]): string[] {
  if (all.length === taken.length) return [];
  const usual = new Set(taken.map(outcomeKey));
  const words = all.flatMap((end) => {
    if (usual.has(outcomeKey(end))) return [];
    return itemsOf(end.state.facts).flatMap((fact) =>
      isTaken(fact) && !fact.key.startsWith('recent ') && fact.text !== undefined
        ? [fact.key === podsWay ? 'endpoints are not behind an interface of Pods of this node' : fact.text]
        : [],
    );
  });
  return [...new Set(words)];
}

function outcomeKey(end: WalkEnd): string {
  return `${end.verdict} ${whereTo(end.state)} ${String(end.state.hasSourceNat)}`;
}

function nothing(fate: Fate, undecided: readonly string[]): Delivery {
  return { fate, endpoints: [], source: 'client', lost: 0, undecided };
}

function delivered(sent: readonly WalkEnd[], all: number, undecided: readonly string[]): Delivery {
  const byEndpoint = new Map<string, number>();
  let [masqueraded, total] = [0, 0];
  for (const end of sent) {
    const { state } = end;
    addToCount(byEndpoint, endpointOf(end), state.weight);
    total += state.weight;
    if (state.hasSourceNat) masqueraded += state.weight;
  }
  return {
    fate: 'delivered',
    undecided,
    lost: total > all * (1 - 1e-9) ? 0 : 1 - total / all,
    endpoints: [...byEndpoint]
      .map(([endpoint, share]) => ({ endpoint, share: share / total }))
      .sort((a, b) => (a.endpoint === b.endpoint ? 0 : a.endpoint < b.endpoint ? -1 : 1)),
    source: masqueraded === 0 ? 'client' : masqueraded > total * 0.999999 ? 'node' : 'mixed',
  };
}

function deciderOf({ state }: WalkEnd): Decider | undefined {
  const step = state.steps?.item;
  if (step?.kind === 'policy') return { table: step.table, chain: step.chain.name, rule: 0 };
  return step?.kind === 'rule' ? ruleAt(step) : undefined;
}
