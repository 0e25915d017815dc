import { jumpsTo } from '../explain/rules/rule-index.js';
import type { PortView, SideView } from './view.js';

/** A service port on both sides, or on only one. */
export interface Pair {
  readonly before: PortView | undefined;
  readonly after: PortView | undefined;
}

/** The key of the section of a pair of service ports: that of the second side, if there is one. */
export function keyOf({ before, after }: Pair): string {
  return after?.key ?? `- ${before?.key ?? ''}`;
}

/**
 * Pairs the service ports of both sides: by name and protocol. The remaining ports are paired, if the match is unique
 * on each side, by cluster IP, by Service and number (the port was renamed), by Service alone (one port each), or by
 * endpoints (the Service was renamed). Never across protocols.
 */
export function pairPorts(before: SideView, after: SideView): Pair[] {
  const pairs: Pair[] = [];
  const left = new Set(before.ports.values());
  const added = new Set(after.ports.values());
  const join = (one: PortView, other: PortView): void => {
    pairs.push({ before: one, after: other });
    left.delete(one);
    added.delete(other);
  };
  for (const port of [...added]) {
    const same = before.ports.get(port.key);
    if (same !== undefined) join(same, port);
  }
  for (const traitOf of traits(before, after)) {
    const others = unique(added, (port) => traitOf(port, after));
    for (const [trait, port] of unique(left, (one) => traitOf(one, before))) {
      const other = others.get(trait);
      if (other !== undefined) join(port, other);
    }
  }
  return [
    ...pairs,
    ...[...left].map((port) => ({ before: port, after: undefined })),
    ...[...added].map((port) => ({ before: undefined, after: port })),
  ];
}

type Trait = (port: PortView, view: SideView) => string | undefined;

function traits(before: SideView, after: SideView): Trait[] {
  if (before.ports.size === 0 || after.ports.size === 0) return [];
  return [
    ({ found, routes }) =>
      withRoute(
        routes.find(({ kind }) => kind === 'clusterIP'),
        found.protocol,
      ),
    ({ found, routes }) =>
      found.name === undefined
        ? undefined
        : `${found.name.namespace}/${found.name.service} ${found.protocol} ${routes[0]?.port ?? ''}`,
    ({ found }) =>
      found.name === undefined ? undefined : `${found.name.namespace}/${found.name.service} ${found.protocol}`,
    (port, view) => {
      const endpoints = endpointsOf(port, view);
      return endpoints === '' ? undefined : `${port.found.name?.namespace ?? ''} ${port.found.protocol} ${endpoints}`;
    },
  ];
}

function withRoute(route: PortView['routes'][number] | undefined, protocol: string): string | undefined {
  return route === undefined ? undefined : `${protocol} ${route.address} ${route.port}`;
}

/** Ports by a property that no other port of the side has. */
function unique(ports: ReadonlySet<PortView>, traitOf: (port: PortView) => string | undefined): Map<string, PortView> {
  const found = new Map<string, PortView>();
  const twice = new Set<string>();
  for (const port of ports) {
    const trait = traitOf(port);
    if (trait === undefined) continue;
    if (found.has(trait)) twice.add(trait);
    found.set(trait, port);
  }
  for (const trait of twice) found.delete(trait);
  return found;
}

/** All destinations of a service port's traffic, in bytewise order. */
function endpointsOf({ found }: PortView, { index, traffic }: SideView): string {
  const sent = new Set<string>();
  for (const kind of ['cluster', 'local'] as const) {
    for (const rule of index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      for (const { target } of index.chain('nat', jumpsTo(rule) ?? '')?.rules ?? [])
        if (target?.kind === 'destinationNat') sent.add(target.to);
    }
  }
  for (const { address, port } of found.addresses) {
    for (const server of traffic.virtualServers.get(`${found.protocol} ${address} ${port}`)?.realServers ?? [])
      sent.add(`${server.address} ${server.port}`);
  }
  return [...sent].sort().join(' ');
}
