import { jumpsTo, hostAddress } from '../explain/rules/rule-index.js';
import type { Client } from '../explain/traffic/client.js';
import { outcomesOfSet, packetRanges } from '../trace/region-report.js';
import { exampleOf, type Packets } from '../walk/packets.js';
import { deliver, walkOne, type Delivery, type Destination } from '../explain/traffic/delivery.js';
import type { Family } from '../net/address.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { addressWords } from '../walk/set-text.js';
import type { Path, PathChange, PathProof, Route } from './types.js';
import type { PortView, SideView } from './view.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Shares with a smaller relative difference count as equal, because the kernel rounds probabilities. */
const sameShare = 0.005;

/** Clients of a kind with the same outcome on one side. */
interface PathPart {
  readonly packets: Packets;
  readonly sources: AddressSet;
  readonly path: Path;
}

function partsOf(view: SideView, protocol: string, route: Route, client: Client): PathPart[] {
  return deliver(view.traffic, client, destinationOf(view, protocol, route)).map(({ packets, delivery }) => ({
    packets,
    sources: packets.sources,
    path: asPath(delivery),
  }));
}

function destinationOf(view: SideView, protocol: string, { kind, address, port }: Route): Destination {
  if (kind === 'nodePort') return { protocol, address: view.nodePortAddress, port, isOwn: true };
  return { protocol, address, port, isOwn: view.isOwn(address) };
}

function asPath({ fate, endpoints, source, lost, by }: Delivery): Path {
  const decider = by === undefined ? {} : { by };
  if (fate === 'delivered') return { fate, endpoints, source, lost, ...decider };
  return { fate, endpoints: [], source: 'client', lost: 0, ...decider };
}

/**
 * The paths of a service port that differ between both sides. Routes of only one side are walked on both. If rules
 * distinguish clients within a kind, these are described by the addresses.
 */
export function changedPaths(
  before: SideView,
  after: SideView,
  ports: readonly PortView[],
  clients: readonly Client[],
): PathChange[] {
  const protocol = ports[0]?.found.protocol ?? '';
  return distinctRoutes(ports).flatMap((route) =>
    clients.flatMap((client) => {
      const [was, is] = [partsOf(before, protocol, route, client), partsOf(after, protocol, route, client)];
      return overlaid(was, is, client, before.traffic.family).flatMap(({ packets, ...one }): PathChange[] => {
        if (samePath(one.before, one.after)) return [];
        const proof = proofOf(packets, (view) => destinationOf(view, protocol, route), client, [before, after]);
        return [{ route, ...one, ...(proof === undefined ? {} : { proof }) }];
      });
    }),
  );
}

type Overlaid = Omit<PathChange, 'route' | 'proof'> & { readonly packets: Packets };

/** One of the packets, walked on both sides. */
function proofOf(
  packets: Packets,
  to: (view: SideView) => Destination,
  client: Client,
  [before, after]: readonly [SideView, SideView],
): PathProof | undefined {
  const ranges = packetRanges(packets);
  const example = exampleOf(packets);
  if (ranges === undefined || example === undefined) return undefined;
  const ends = (view: SideView): PathProof['before'] => outcomesOfSet(walkOne(view.traffic, client, to(view), example));
  return { packets: ranges.packets, witness: ranges.example, before: ends(before), after: ends(after) };
}

/** Combines both sides' parts. The node itself sends from one address, whatever each side assumes it to be. */
function overlaid(was: readonly PathPart[], is: readonly PathPart[], client: Client, family: Family): Overlaid[] {
  if (was.length < 2 && is.length < 2) {
    const [one, other] = [was[0], is[0]];
    if (one === undefined || other === undefined) return [];
    const sources = addressSets.intersect(one.sources, other.sources);
    const packets = sources.length === 0 ? other.packets : other.packets.with({ sources });
    return [{ client: client.words, before: one.path, after: other.path, packets }];
  }
  return was.flatMap((one) =>
    is.flatMap((other): Overlaid[] => {
      const sources = addressSets.intersect(one.sources, other.sources);
      if (sources.length === 0) return [];
      const words = lineWords(client, sources, family, was.length > 1 ? was : is);
      return [{ client: words, before: one.path, after: other.path, packets: other.packets.with({ sources }) }];
    }),
  );
}

/**
 * If it is the larger part of a kind, it is described as the other clients; smaller parts are described by their
 * addresses.
 */
function lineWords({ words }: Client, sources: AddressSet, family: Family, parts: readonly PathPart[]): string {
  if (parts[0] !== undefined && addressSets.subtract(parts[0].sources, sources).length === 0) return `other ${words}`;
  return `${words} in ${addressWords(sources, family)}`;
}

/** The routes of a service port on either side, each once. */
function distinctRoutes(ports: readonly PortView[]): Route[] {
  const routes = new Map<string, Route>();
  for (const route of ports.flatMap((port) => port.routes)) {
    const key = `${route.address} ${route.port}`;
    const known = routes.get(key);
    if (known === undefined || known.kind === 'external') routes.set(key, route);
  }
  return [...routes.values()];
}

export function samePath(a: Path, b: Path): boolean {
  return a.fate === b.fate && a.source === b.source && Math.abs(a.lost - b.lost) < sameShare && sameEndpoints(a, b);
}

/** Whether both send to the same endpoints in the same shares. */
export function sameEndpoints(a: Path, b: Path): boolean {
  if (a.endpoints.length !== b.endpoints.length) return false;
  const shares = new Map(b.endpoints.map(({ endpoint, share }) => [endpoint, share]));
  return a.endpoints.every(({ endpoint, share }) => {
    const other = shares.get(endpoint);
    return other !== undefined && Math.abs(share - other) <= sameShare * Math.max(share, other);
  });
}

/** Source prefixes in rules of a service port, except those of its endpoints and its own addresses. */
export function sourceRanges(
  view: SideView,
  { found, routes }: PortView,
  rangesByElement: ReadonlyMap<string, readonly string[]>,
): string[] {
  const own = new Set(routes.flatMap(({ address }) => (address === '' ? [] : [address])));
  const chains = [...found.chains.values()].flatMap((name) => view.index.chain('nat', name)?.rules ?? []);
  const named = chains.flatMap(({ matches }) =>
    matches.flatMap((match) => (match.kind === 'source' ? [match.prefix] : [])),
  );
  const fromSets = routes.flatMap(
    ({ address, port }) => rangesByElement.get(`${address},${found.protocol}:${port}`) ?? [],
  );
  return [...named, ...fromSets].filter((prefix) => !own.has(hostAddress(prefix) ?? prefix));
}

/** The source ranges in IPVS' sets, by the address and port that they restrict. */
export function rangesByElement({ rules }: SideView): ReadonlyMap<string, readonly string[]> {
  const ranges = new Map<string, string[]>();
  for (const set of rules.sets) {
    if (!/^KUBE-(?:6-)?LOAD-BALANCER-SOURCE-CID/.test(set.name)) continue;
    for (const { element } of set.elements) {
      const [address = '', port = '', range = ''] = element.split(',');
      const key = `${address},${port}`;
      addToGroup(ranges, key, range);
    }
  }
  return ranges;
}

/** How long a client keeps its endpoint; undefined without affinity. */
export function affinityOf(view: SideView, { found }: PortView): number | undefined {
  for (const kind of ['cluster', 'local'] as const) {
    for (const { matches } of view.index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      for (const match of matches) if (match.kind === 'recent' && match.action === 'rcheck') return match.seconds;
    }
  }
  for (const { address, port } of found.addresses) {
    const persistence = view.traffic.virtualServers.get(`${found.protocol} ${address} ${port}`)?.persistence;
    if (persistence !== undefined) return persistence.seconds;
  }
  return undefined;
}

/**
 * Endpoints that never get an answer from the Service: when their own connections are sent back to them, these are not
 * masqueraded.
 */
export function endpointsWithoutHairpin(view: SideView, { found }: PortView): string[] {
  const without = new Set<string>();
  for (const kind of ['cluster', 'local'] as const) {
    for (const rule of view.index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      const rules = view.index.chain('nat', jumpsTo(rule) ?? '')?.rules ?? [];
      const to = rules.flatMap(({ target }) => (target?.kind === 'destinationNat' ? [target.to] : []))[0];
      const marks = rules.some(
        (one) => jumpsTo(one) === 'KUBE-MARK-MASQ' && one.matches.some(({ kind: match }) => match === 'source'),
      );
      if (to !== undefined && !marks) without.add(to);
    }
  }
  return [...without].sort();
}
