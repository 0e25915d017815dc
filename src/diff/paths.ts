import { jumpsTo, hostAddress } from '../explain/rules/rule-index.js';
import type { Client } from '../explain/traffic/packet.js';
import { deliver, packetTo, type Delivery } from '../explain/traffic/traffic.js';
import type { Path, PathChange, Route } from './types.js';
import type { PortView, SideView } from './view.js';

/** Shares that differ by less, relative to themselves, are the same: the kernel rounds probabilities. */
const sameShare = 0.005;

/** What becomes of connections from a client by a route, by one side's rules. */
export function pathOf(view: SideView, protocol: string, route: Route, client: Client): Path {
  const destination = route.kind === 'nodePort' ? view.nodePortAddress : route.address;
  const toNode = route.kind === 'nodePort' || view.isOwn(destination);
  // What the node sends to an address of its own has that address as its source.
  const sender = client.kind === 'node' && toNode ? { ...client, address: destination } : client;
  return asPath(deliver(view.ground, packetTo(view.ground, sender, protocol, destination, route.port, toNode)));
}

function asPath({ fate, endpoints, source, lost }: Delivery): Path {
  return fate === 'delivered' ? { fate, endpoints, source, lost } : { fate, endpoints: [], source: 'client', lost: 0 };
}

/**
 * The paths of a service port that are not the same on both sides. Routes that only one side knows are followed on
 * both.
 */
export function changedPaths(
  before: SideView,
  after: SideView,
  ports: readonly PortView[],
  clients: readonly Client[],
): PathChange[] {
  const protocol = ports[0]?.found.protocol ?? '';
  return distinctRoutes(ports).flatMap((route) =>
    clients.flatMap((client): PathChange[] => {
      const change = {
        route,
        client: client.words,
        before: pathOf(before, protocol, route, client),
        after: pathOf(after, protocol, route, client),
      };
      return samePath(change.before, change.after) ? [] : [change];
    }),
  );
}

/** The routes of a service port on either side, each once. */
export function distinctRoutes(ports: readonly PortView[]): Route[] {
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

/** Source prefixes that rules of a service port name, but for those of its endpoints and its own addresses. */
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

/** The source ranges of IPVS' sets by the address and port that they guard. */
export function rangesByElement({ rules }: SideView): ReadonlyMap<string, readonly string[]> {
  const ranges = new Map<string, string[]>();
  for (const set of rules.sets) {
    if (!/^KUBE-(?:6-)?LOAD-BALANCER-SOURCE-CID/.test(set.name)) continue;
    for (const { element } of set.elements) {
      const [address = '', port = '', range = ''] = element.split(',');
      const key = `${address},${port}`;
      ranges.set(key, [...(ranges.get(key) ?? []), range]);
    }
  }
  return ranges;
}

/** How long a client stays with its endpoint; undefined without affinity. */
export function affinityOf(view: SideView, { found }: PortView): number | undefined {
  for (const kind of ['cluster', 'local'] as const) {
    for (const { matches } of view.index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      for (const match of matches) if (match.kind === 'recent' && match.action === 'rcheck') return match.seconds;
    }
  }
  for (const { address, port } of found.addresses) {
    const persistence = view.ground.virtualServers.get(`${found.protocol} ${address} ${port}`)?.persistence;
    if (persistence !== undefined) return persistence.seconds;
  }
  return undefined;
}

/**
 * Endpoints whose own connections to the Service are not masqueraded when they come back to them, so that no answer
 * ever reaches them.
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
