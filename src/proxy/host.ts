import { addressScope, familyOf, formatAddress, parseAddress, type Family } from '../net/address.js';
import type { Node } from '../cluster/types.js';
import type { Json } from '../manifests/types.js';
import { interfacesOfLinks, globalAddresses, type HostInterface } from './host-links.js';
import { sortedFacts } from './host-parts.js';
import {
  readNeighbours,
  readRoutes,
  readRules,
  type HostNeighbour,
  type HostRoute,
  type HostRule,
} from './host-routes.js';
import { objectOf, textsOf } from '../manifests/values.js';

export type { HostInterface } from './host-links.js';
export type { HostNeighbour, HostRoute, HostRule } from './host-routes.js';
export type { ListeningSocket } from './host-sockets.js';

/** The properties of the machine that kube-proxy depends on (`--host`). */
export interface HostFacts {
  readonly nodeIPs: readonly string[];
  readonly interfaces: readonly HostInterface[];
  /** Whether the host's iptables supports `MASQUERADE --random-fully` (1.6.2 and newer). */
  readonly masqueradeRandomFully: boolean;
  /** Whether nfacct counters work (used by kube-proxy 1.31 and newer). */
  readonly nfacct: boolean;
  /** Whether `net.netfilter.nf_conntrack_tcp_be_liberal` is set. */
  readonly conntrackTCPBeLiberal: boolean;
  /** With more endpoints than this, endpoint rules have no comments. */
  readonly largeClusterEndpointsThreshold: number;
  /** The output of `ip -json route`; absent: unknown. Used by traces only. */
  readonly routes?: readonly HostRoute[];
  /** The output of `ip -json rule`; absent: unknown. */
  readonly rules?: readonly HostRule[];
  /** The output of `ip -json neighbour`; absent: unknown. */
  readonly neighbours?: readonly HostNeighbour[];
  /** The ranges of the node's Pods, from its Node (`spec.podCIDRs`); absent: unknown. Used by traces only. */
  readonly podCIDRs?: readonly string[];
}

/** kube-proxy's `largeClusterEndpointsThreshold` (pkg/proxy/iptables/proxier.go). */
const defaultLargeClusterEndpointsThreshold = 1000;

/**
 * The assumed facts of a node with the given addresses: loopback and one interface, which also has the configuration's
 * bindAddress.
 */
export function defaultHostFacts(node: Node | undefined, bindAddress = ''): HostFacts {
  const nodeIPs = node?.addresses.filter((address) => familyOf(address) !== undefined) ?? [];
  const bound = bindAddress
    .split(',')
    .flatMap((text) => parseAddress(text) ?? [])
    .filter((address) => addressScope(address) === 'unicast')
    .map(formatAddress);
  return {
    nodeIPs,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      {
        name: 'eth0',
        bridge: false,
        addresses: [...new Set([...nodeIPs, ...bound])].map(
          (address) => `${address}/${address.includes(':') ? 64 : 24}`,
        ),
      },
    ],
    masqueradeRandomFully: true,
    nfacct: true,
    conntrackTCPBeLiberal: false,
    largeClusterEndpointsThreshold: defaultLargeClusterEndpointsThreshold,
  };
}

/** The same facts with the Pod ranges of the Node with this name, one of `nodes`. */
export function withPodCIDRs(facts: HostFacts, nodes: readonly Node[], nodeName: string): HostFacts {
  const { podCIDRs = [] } = nodes.find(({ name }) => name === nodeName) ?? {};
  return podCIDRs.length === 0 ? facts : { ...facts, podCIDRs };
}

/**
 * Reads host facts: the JSON object of `--host`, or an array printed by `ip -json address`, `link`, `route`, `rule` or
 * `neighbour`. Absent values come from `defaults`. Undefined if the value is none of these.
 */
export function readHostFacts(value: Json, defaults: HostFacts): HostFacts | undefined {
  const facts = sortedFacts(value);
  if (facts === undefined) return undefined;
  const links = Array.isArray(facts.links) ? facts.links.map(objectOf) : [];
  const globals = firstOfEachFamily(globalAddresses(links, uplinksOf(facts.routes)));
  const linked = links.some((link) => Array.isArray(link.addr_info)) || Array.isArray(facts.interfaces);
  return {
    nodeIPs: Array.isArray(facts.nodeIPs)
      ? textsOf(facts.nodeIPs)
      : defaults.nodeIPs.length > 0
        ? defaults.nodeIPs
        : globals,
    interfaces: withBridges([
      ...(Array.isArray(facts.interfaces) ? facts.interfaces.map(readInterface) : linked ? [] : defaults.interfaces),
      ...interfacesOfLinks(links),
    ]),
    masqueradeRandomFully: booleanOr(facts.masqueradeRandomFully, defaults.masqueradeRandomFully),
    nfacct: booleanOr(facts.nfacct, defaults.nfacct),
    conntrackTCPBeLiberal: booleanOr(facts.conntrackTCPBeLiberal, defaults.conntrackTCPBeLiberal),
    largeClusterEndpointsThreshold:
      typeof facts.largeClusterEndpointsThreshold === 'number'
        ? facts.largeClusterEndpointsThreshold
        : defaults.largeClusterEndpointsThreshold,
    ...(Array.isArray(facts.routes) ? { routes: readRoutes(facts.routes) } : {}),
    ...(Array.isArray(facts.rules) ? { rules: readRules(facts.rules) } : {}),
    ...(Array.isArray(facts.neighbours) ? { neighbours: readNeighbours(facts.neighbours) } : {}),
  };
}

function readInterface(value: Json): HostInterface {
  const { name, addresses, bridge, master } = objectOf(value);
  return {
    name: typeof name === 'string' ? name : '',
    addresses: textsOf(addresses),
    ...(typeof bridge === 'boolean' ? { bridge } : {}),
    ...(typeof master === 'string' ? { master } : {}),
  };
}

/** One entry for each name. In host facts, every interface with a port is a bridge. */
function withBridges(all: readonly HostInterface[]): HostInterface[] {
  const byName = new Map<string, { one: HostInterface; addresses: Set<string> }>();
  for (const one of all) {
    const before = byName.get(one.name);
    const addresses = before?.addresses ?? new Set();
    for (const address of one.addresses) addresses.add(address);
    byName.set(one.name, { one: { ...before?.one, ...one }, addresses });
  }
  const masters = new Set(all.flatMap(({ master }) => master ?? []));
  return [...byName.values()].map(({ one, addresses }) => ({
    ...one,
    addresses: [...addresses],
    ...(masters.has(one.name) ? { bridge: one.bridge ?? true } : {}),
  }));
}

function firstOfEachFamily(addresses: readonly string[]): string[] {
  const first = (family: Family): string[] => addresses.filter((address) => familyOf(address) === family).slice(0, 1);
  return [...first('ipv4'), ...first('ipv6')];
}

/** The interfaces of default routes. */
function uplinksOf(routes: Json | undefined): ReadonlySet<string> {
  const read = Array.isArray(routes) ? readRoutes(routes) : [];
  return new Set(read.filter(({ destination }) => destination.endsWith('/0')).flatMap(({ devices }) => devices));
}

function booleanOr(value: Json | undefined, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}
