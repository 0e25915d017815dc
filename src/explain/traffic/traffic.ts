import type { Family } from '../../net/address.js';
import type { VirtualServer } from '../../ipvs/types.js';
import type { Rule, TableName } from '../../iptables/types.js';
import { jumpsTo, type RuleIndex } from '../rules/rule-index.js';
import type { SetContents } from './evaluate.js';
import type { Client, Packet } from './packet.js';
import { Walk, type Endings } from './walk.js';

/** What becomes of a connection. `untouched`: no Service rule does anything with it. */
export type Fate = 'delivered' | 'refused' | 'dropped' | 'untouched';

export interface EndpointShare {
  /** `10.244.1.5:8080` */
  readonly endpoint: string;
  readonly share: number;
}

/** What becomes of connections from one kind of client to one address. */
export interface Delivery {
  readonly fate: Fate;
  /** Empty unless delivered. Those that a session is kept with are not told apart: this is what a new client meets. */
  readonly endpoints: readonly EndpointShare[];
  /** Whose address the endpoint sees as the source. `mixed`: depends on the endpoint. */
  readonly source: 'client' | 'node' | 'mixed';
  /**
   * The share of connections that no rule sends anywhere although others are sent: 0 in rules that kube-proxy wrote.
   */
  readonly lost: number;
  /** Conditions that the rules alone do not decide; they were taken not to hold. */
  readonly undecided: readonly string[];
}

/** The rules of a node, ready for packets. */
export interface Ground {
  readonly family: Family;
  readonly index: RuleIndex;
  readonly sets: SetContents;
  /** By `protocol address port`. */
  readonly virtualServers: ReadonlyMap<string, VirtualServer>;
  /** The bits of the packet mark that ask for masquerading. */
  readonly masqueradeBits: number;
}

export function makeGround(index: RuleIndex, sets: SetContents, virtualServers: readonly VirtualServer[]): Ground {
  return {
    family: index.ruleSet.family,
    index,
    sets,
    masqueradeBits: masqueradeBitsOf(index),
    virtualServers: new Map(
      virtualServers.flatMap((server) =>
        server.service.kind === 'address'
          ? [[`${server.service.protocol} ${server.service.address} ${server.service.port}`, server]]
          : [],
      ),
    ),
  };
}

/** What KUBE-MARK-MASQ sets; kube-proxy's default bit where the chain is missing. */
function masqueradeBitsOf(index: RuleIndex): number {
  for (const { target } of index.chain('nat', 'KUBE-MARK-MASQ')?.rules ?? []) {
    if (target?.kind === 'mark') return target.operation === 'setXmark' ? target.mark.value : target.bits;
  }
  return 0x4000;
}

/** What becomes of new connections from a client to an address and port. */
export function deliver(ground: Ground, given: Packet): Delivery {
  const server = ground.virtualServers.get(`${given.protocol} ${given.destination} ${given.port}`);
  const packet = server === undefined ? given : fromItself(given);
  const walk = new Walk(ground.index, ground.sets, packet);
  const firstHook = packet.client.kind === 'node' ? 'OUTPUT' : 'PREROUTING';
  const { endings, undecided } = walk.through('nat', kubeRules(ground.index, 'nat', firstHook));
  if (server !== undefined) return deliverByServer(ground, packet, walk, server, endings);
  const sent = endings.filter(({ ending }) => ending.kind === 'sent');
  if (sent.length > 0) return delivered(ground, sent, undecided);
  return notSent(ground, packet, walk, endings, undecided);
}

/**
 * The rules of a built-in chain that lead into kube-proxy's chains. Where no built-in chain is in the input, as in what
 * is fed to iptables-restore, kube-proxy's own jumps are taken for granted.
 */
function kubeRules(index: RuleIndex, table: TableName, hook: string): readonly Rule[] {
  const chain = index.chain(table, hook);
  if (chain !== undefined)
    return chain.rules.filter(
      (rule) =>
        jumpsTo(rule)?.startsWith('KUBE-') === true && !/^KUBE-(?:ROUTER|NWPLCY|POD-FW)/.test(jumpsTo(rule) ?? ''),
    );
  const name = table === 'nat' ? 'KUBE-SERVICES' : undefined;
  const names = name === undefined ? (filterEntries[hook] ?? []) : [name];
  return names.flatMap((one) =>
    index.chain(table, one) === undefined
      ? []
      : [{ chain: hook, matches: [], target: { kind: 'jump' as const, chain: one } }],
  );
}

const filterEntries: Readonly<Record<string, readonly string[]>> = {
  INPUT: ['KUBE-PROXY-FIREWALL', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES'],
  FORWARD: ['KUBE-PROXY-FIREWALL', 'KUBE-FORWARD', 'KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES'],
  OUTPUT: ['KUBE-PROXY-FIREWALL', 'KUBE-SERVICES'],
};

function delivered(ground: Ground, sent: Endings, undecided: readonly string[]): Delivery {
  const byEndpoint = new Map<string, number>();
  let masqueraded = 0;
  let total = 0;
  for (const { ending, share } of sent) {
    byEndpoint.set(ending.to, (byEndpoint.get(ending.to) ?? 0) + share);
    total += share;
    if ((ending.mark & ground.masqueradeBits) !== 0) masqueraded += share;
  }
  return {
    fate: 'delivered',
    undecided,
    lost: total > 1 - 1e-9 ? 0 : 1 - total,
    endpoints: [...byEndpoint].map(([endpoint, share]) => ({ endpoint, share: share / total })).sort(byText),
    source: masqueraded === 0 ? 'client' : masqueraded > total * 0.999999 ? 'node' : 'mixed',
  };
}

function byText(a: EndpointShare, b: EndpointShare): number {
  return a.endpoint === b.endpoint ? 0 : a.endpoint < b.endpoint ? -1 : 1;
}

/** What no rule rewrote meets the filter table with the address it came with. */
function notSent(ground: Ground, packet: Packet, walk: Walk, endings: Endings, undecided: readonly string[]): Delivery {
  const mark = endings[0]?.ending.mark ?? 0;
  for (const hook of filterHooks(packet)) {
    const { endings: filtered } = walk.through('filter', kubeRules(ground.index, 'filter', hook), mark);
    const fate = decided(filtered);
    if (fate !== undefined) return nothing(fate, undecided);
  }
  return nothing('untouched', undecided);
}

/** What goes from the node to itself is sent and received. */
function filterHooks({ client, toNode }: Packet): readonly string[] {
  if (client.kind === 'node') return toNode ? ['OUTPUT', 'INPUT'] : ['OUTPUT'];
  return toNode ? ['INPUT'] : ['FORWARD'];
}

function decided(endings: Endings): 'refused' | 'dropped' | undefined {
  const all = endings.reduce(
    (sum, { ending, share }) => sum + (ending.kind === 'refused' || ending.kind === 'dropped' ? share : 0),
    0,
  );
  if (all < 0.5) return undefined;
  return endings.some(({ ending }) => ending.kind === 'refused') ? 'refused' : 'dropped';
}

function nothing(fate: Fate, undecided: readonly string[]): Delivery {
  return { fate, endpoints: [], source: 'client', lost: 0, undecided };
}

/**
 * In IPVS mode the address is the node's own: the packet passes INPUT before the virtual server takes it, the node's
 * own passes OUTPUT after.
 */
function deliverByServer(
  ground: Ground,
  packet: Packet,
  walk: Walk,
  server: VirtualServer,
  endings: Endings,
): Delivery {
  const marks = endings.map(({ ending, share }) => ({ marked: (ending.mark & ground.masqueradeBits) !== 0, share }));
  const total = server.realServers.reduce((sum, { weight }) => sum + weight, 0);
  const isOwn = packet.client.kind === 'node';
  if (total === 0 && isOwn) return nothing('refused', []);
  const filter = isOwn ? new Walk(ground.index, ground.sets, { ...packet, isTakenUp: true }) : walk;
  const { endings: filtered } = filter.through(
    'filter',
    kubeRules(ground.index, 'filter', isOwn ? 'OUTPUT' : 'INPUT'),
    endings[0]?.ending.mark ?? 0,
  );
  const fate = decided(filtered);
  if (fate !== undefined) return nothing(fate, []);
  if (total === 0) return nothing('refused', []);
  const masqueraded = marks.filter(({ marked }) => marked).reduce((sum, { share }) => sum + share, 0);
  return {
    fate: 'delivered',
    undecided: [],
    lost: 0,
    endpoints: server.realServers
      .filter(({ weight }) => weight > 0)
      .map(({ address, port, weight }) => ({
        endpoint: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
        share: weight / total,
      }))
      .sort(byText),
    source: masqueraded === 0 ? 'client' : masqueraded > 0.999999 ? 'node' : 'mixed',
  };
}

/** To an address of its own, such as those of kube-ipvs0, the node sends from that very address. */
function fromItself(packet: Packet): Packet {
  if (packet.client.kind !== 'node') return packet;
  return { ...packet, toNode: true, client: { ...packet.client, address: packet.destination } };
}

/** A packet of that client to an address. */
export function packetTo(
  ground: Ground,
  client: Client,
  protocol: string,
  destination: string,
  port: number,
  toNode: boolean,
): Packet {
  return { family: ground.family, client, protocol, destination, port, toNode };
}
