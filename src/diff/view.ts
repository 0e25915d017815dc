import { discoverServices } from '../explain/rules/discover-services.js';
import type { FoundServicePort } from '../explain/rules/discover.js';
import { nodePortReach, type NodePortReach } from '../explain/rules/node-ports.js';
import { RuleIndex } from '../explain/rules/rule-index.js';
import { makeTrafficContext, type TrafficContext } from '../explain/traffic/context.js';
import { canonicalAddress, familyOf, type Family } from '../net/address.js';
import { defaultHostFacts, type HostFacts } from '../proxy/host.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxyState } from '../proxy/state.js';
import type { NodeFamily } from '../node/types.js';
import type { Route } from './types.js';

/** A service port in one side's rules. */
export interface PortView {
  /** Equal on both sides for one service port: its name and protocol, else its address or hash. */
  readonly key: string;
  readonly label: string;
  readonly found: FoundServicePort;
  /** A node port is listed once, whatever addresses accept it. */
  readonly routes: readonly Route[];
  /** Its data in the manifests. */
  readonly servicePort: ServicePort | undefined;
}

/** One side's rules of one family, prepared for queries. */
export interface SideView {
  readonly rules: NodeFamily;
  readonly index: RuleIndex;
  readonly traffic: TrafficContext;
  readonly reach: NodePortReach | undefined;
  /** An address of the node that accepts node ports. */
  readonly nodePortAddress: string;
  readonly ports: ReadonlyMap<string, PortView>;
  /** Whether an address belongs to the node: to an interface, or to kube-ipvs0 in IPVS mode. */
  isOwn(address: string): boolean;
}

/** The two sides of one family. */
export interface Sides {
  readonly before: SideView;
  readonly after: SideView;
}

/**
 * Prepares rules. `known`: what manifests say about the node (those of the side itself or those it is compared with),
 * because rules may contain neither names nor the node's addresses. `names`: the names of service ports in the other
 * side's rules.
 */
export function viewSide(
  rules: NodeFamily,
  known: ProxyState | undefined,
  nodeAddress: string,
  names: readonly string[] = [],
): SideView {
  const named = known?.servicePorts ?? [];
  const index = new RuleIndex(rules.ruleSet);
  const found = discoverServices(rules, index, named, names);
  const own = new Map(
    rules.state?.servicePorts.map((servicePort) => [`${servicePort.name} ${servicePort.protocol}`, servicePort]),
  );
  const reach = nodePortReach(index);
  return {
    rules,
    index,
    reach,
    traffic: makeTrafficContext(rules, hostOf(known?.options.host, rules.ruleSet.family, nodeAddress)),
    nodePortAddress: nodePortAddress(reach, found, nodeAddress),
    ports: new Map(found.map((one) => viewPort(one, own)).map((port) => [port.key, port])),
    isOwn: isOwn(rules, known?.options.host),
  };
}

/** The facts about the node; if there are none, facts with the address that is assumed to be its own. */
function hostOf(host: HostFacts | undefined, family: Family, nodeAddress: string): HostFacts | undefined {
  if (host?.nodeIPs.some((address) => familyOf(address) === family) === true || nodeAddress === '') return host;
  const facts = host ?? defaultHostFacts(undefined);
  return { ...facts, nodeIPs: [...facts.nodeIPs, nodeAddress] };
}

function isOwn({ boundAddresses }: NodeFamily, host: HostFacts | undefined): (address: string) => boolean {
  const written = [
    ...(host?.nodeIPs ?? []),
    ...(host?.interfaces.flatMap(({ addresses }) => addresses.map((text) => text.replace(/\/.*/, ''))) ?? []),
  ];
  const own = new Set([...written.map((text) => canonicalAddress(text)), ...boundAddresses]);
  return (address) => own.has(address);
}

function viewPort(found: FoundServicePort, own: ReadonlyMap<string, ServicePort>): PortView {
  const first = found.addresses[0];
  const address = first === undefined ? undefined : `${first.address}:${first.port}/${found.protocol}`;
  const hash = [...found.chains.values()][0]?.replace(/^KUBE-\w+-/, '');
  const label = found.name?.text ?? address ?? hash ?? '';
  const key = found.name === undefined ? label : `${label} ${found.protocol}`;
  return { key, label, found, routes: routesOf(found), servicePort: own.get(key) };
}

function routesOf({ addresses }: FoundServicePort): Route[] {
  const routes = addresses
    .filter(({ kind }) => kind !== 'nodePort')
    .map(({ kind, address, port }) => ({ kind, address, port }));
  const nodePorts = new Set(addresses.filter(({ kind }) => kind === 'nodePort').map(({ port }) => port));
  return [...routes, ...[...nodePorts].map((port): Route => ({ kind: 'nodePort', address: '', port }))];
}

/** In IPVS mode, node ports are served on the addresses of their virtual servers. */
function nodePortAddress(
  reach: NodePortReach | undefined,
  found: readonly FoundServicePort[],
  nodeAddress: string,
): string {
  const served = found
    .flatMap(({ addresses }) => addresses.filter(({ kind, address }) => kind === 'nodePort' && address !== ''))
    .map(({ address }) => address);
  const answering = reach?.all === true ? [] : [...(reach?.addresses ?? []), ...served];
  if (answering.length === 0 || answering.includes(nodeAddress)) return nodeAddress;
  return answering.find((address) => !address.startsWith('127.') && address !== '::1') ?? answering[0] ?? nodeAddress;
}
