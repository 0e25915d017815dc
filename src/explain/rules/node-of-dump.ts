import { givenNodes } from '../../cluster/made-up.js';
import type { Cluster, EndpointSlice, Node, Service } from '../../cluster/types.js';
import type { IpSet } from '../../ipvs/types.js';
import type { EndpointVisitor } from '../../manifests/types.js';
import { canonicalAddress, formatPrefix, normaliseAddress, parsePrefix } from '../../net/address.js';
import { kubeProxyTable, type KubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import { detectorOfTable, localEndpointsOfTable, nodePortAnswer } from '../../nftables/services/node-rules.js';
import type { NodeContent } from '../../node/content.js';
import { detectorOf, type PodDetector } from '../traffic/clients.js';
import { nodePortReach } from './node-ports.js';
import { saysNoneIsLocal } from './local-endpoints.js';
import { jumpsTo, RuleIndex } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** A node, and what in the rules shows that they are its own, as a clause about them. */
export interface NodeFound {
  readonly name: string;
  readonly why: string;
}

/**
 * The node of a dump: the only node of a cluster with a Pod range, addresses, or endpoints of a Local policy as in the
 * rules. Undefined if there is no evidence, or if several nodes fit. Planned endpoints do not count as evidence.
 */
export function nodeOfDump(dump: readonly NodeContent[], cluster: Cluster): NodeFound | undefined {
  const indexes = dump.map(({ ruleSet }) => new RuleIndex(ruleSet));
  const tables = dump.flatMap((content) => kubeProxyTable(content) ?? []);
  const detectors = [...indexes.flatMap((index) => detectorOf(index) ?? []), ...tables.flatMap(detectorsOf)];
  const nodePorts = [
    ...indexes.flatMap((index) => nodePortReach(index)?.addresses ?? []),
    ...tables.flatMap((table) => nodePortAnswer(table)?.addresses ?? []),
  ];
  const local = (): string | undefined =>
    tables.length > 0 ? byTables(tables, cluster) : byLocalEndpoints(indexes, dump, cluster);
  return (
    foundBy(byPodRange(detectors, givenNodes(cluster)), 'they contain its Pod range') ??
    foundBy(byAddress(nodePorts, dump, cluster), 'their node ports are at its address') ??
    foundBy(local(), 'the endpoints that they keep apart as local are those on it')
  );
}

function foundBy(name: string | undefined, why: string): NodeFound | undefined {
  return name === undefined ? undefined : { name, why };
}

function detectorsOf(table: KubeProxyTable): PodDetector[] {
  const detector = detectorOfTable(table);
  return detector === undefined ? [] : [detector];
}

/** With detectLocalMode NodeCIDR, the rules contain the node's own Pod range. */
function byPodRange(detectors: readonly PodDetector[], nodes: readonly Node[]): string | undefined {
  const detected = new Set(
    detectors.flatMap((detector) => {
      const prefix = detector.kind === 'sourcePrefix' ? parsePrefix(detector.prefix) : undefined;
      return prefix === undefined ? [] : [formatPrefix(prefix)];
    }),
  );
  return only(
    nodes
      .filter(({ podCIDRs }) =>
        podCIDRs.some((text) => {
          const prefix = parsePrefix(text);
          return prefix !== undefined && detected.has(formatPrefix(prefix));
        }),
      )
      .map(({ name }) => name),
  );
}

/** Node ports on specific addresses, in rules or as virtual servers. */
function byAddress(nodePorts: readonly string[], dump: readonly NodeContent[], cluster: Cluster): string | undefined {
  const ports = new Set(
    cluster.services.flatMap((service) => service.ports.flatMap(({ nodePort }) => (nodePort === 0 ? [] : [nodePort]))),
  );
  // External addresses are served on every node, even if they belong to another one.
  const everywhere = new Set(
    cluster.services.flatMap(({ externalIPs, loadBalancerIngress }) => [
      ...externalIPs,
      ...loadBalancerIngress.flatMap(({ ip }) => ip),
    ]),
  );
  const served = new Set([
    ...nodePorts,
    ...dump
      .flatMap(({ virtualServers }) => virtualServers)
      .flatMap(({ service }) =>
        service.kind === 'address' && ports.has(service.port) && !everywhere.has(service.address)
          ? [service.address]
          : [],
      ),
  ]);
  return only(
    givenNodes(cluster)
      .filter(({ addresses }) => addresses.some((address) => served.has(canonicalAddress(address))))
      .map(({ name }) => name),
  );
}

/**
 * For Services with a Local policy, rules contain the endpoints on their node; in IPVS mode, KUBE-LOOP-BACK contains
 * all of them.
 */
function byLocalEndpoints(
  indexes: readonly RuleIndex[],
  dump: readonly NodeContent[],
  cluster: Cluster,
): string | undefined {
  const sets = dump.flatMap((content) => content.sets);
  const isIpvs =
    dump.some(({ virtualServers }) => virtualServers.length > 0) || sets.some(({ name }) => loopBack.test(name));
  const found = new Set(isIpvs ? loopBackAddresses(sets) : indexes.flatMap((index) => [...localAddresses(index)]));
  if (found.size === 0 && !tellsOfNone(indexes, sets, isIpvs)) return undefined;
  return nodeWith(found, isIpvs, cluster);
}

/** nftables: from the set of endpoints in hairpin rules, else from chains of a Local policy. */
function byTables(tables: readonly KubeProxyTable[], cluster: Cluster): string | undefined {
  const local = tables.map(localEndpointsOfTable);
  const ofAll = local.some((one) => one.ofAll);
  const found = new Set(local.flatMap(({ addresses }) => addresses).map((text) => canonicalAddress(text)));
  return found.size === 0 && !ofAll ? undefined : nodeWith(found, ofAll, cluster);
}

/** The node with exactly these endpoints, else the only one that has all of them. */
function nodeWith(found: ReadonlySet<string>, ofAll: boolean, cluster: Cluster): string | undefined {
  const byNode = endpointsByNode(cluster, ofAll);
  for (const { name } of givenNodes(cluster)) if (!byNode.has(name)) byNode.set(name, new Set());
  const fitting = (fits: (own: ReadonlySet<string>) => boolean): string[] =>
    [...byNode].filter(([, own]) => fits(own)).map(([name]) => name);
  const holdsAll = (own: ReadonlySet<string>): boolean => [...found].every((address) => own.has(address));
  return (
    only(fitting((own) => own.size === found.size && holdsAll(own))) ??
    (found.size === 0 ? undefined : only(fitting(holdsAll)))
  );
}

/**
 * Whether rules prove that a Service has no endpoint here: they drop packets for lack of local endpoints, or a set has
 * no elements.
 */
function tellsOfNone(indexes: readonly RuleIndex[], sets: readonly IpSet[], isIpvs: boolean): boolean {
  if (isIpvs) return sets.some(({ name }) => loopBack.test(name));
  return indexes.some((index) =>
    [
      ...['KUBE-EXTERNAL-SERVICES', 'KUBE-SERVICES'].flatMap((name) => index.chain('filter', name) ?? []),
      ...index.chains('nat').filter(({ name }) => readServiceChainName(name)?.kind === 'localOld'),
    ].some(({ rules }) => rules.some(saysNoneIsLocal)),
  );
}

const loopBack = /^KUBE-(?:6-)?LOOP-BACK$/;

function loopBackAddresses(sets: readonly IpSet[]): string[] {
  return sets
    .filter(({ name }) => loopBack.test(name))
    .flatMap(({ elements }) => elements.flatMap(({ element }) => element.split(',')[0] ?? []));
}

function* localAddresses(index: RuleIndex): Generator<string> {
  for (const { name, rules } of index.chains('nat')) {
    const kind = readServiceChainName(name)?.kind;
    if (kind !== 'local' && kind !== 'localOld') continue;
    for (const rule of rules) yield* destinations(index, jumpsTo(rule) ?? '');
  }
}

function destinations(index: RuleIndex, chain: string): string[] {
  const targets =
    index.chain('nat', chain)?.rules.flatMap(({ target }) => (target?.kind === 'destinationNat' ? [target.to] : [])) ??
    [];
  return targets.flatMap((to) => normaliseAddress(to.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) ?? []);
}

/**
 * The endpoint addresses that kube-proxy may have rules for, by node: those of Services with a Local policy, or all.
 */
function endpointsByNode({ services, endpointSlices }: Cluster, ofAll: boolean): Map<string, Set<string>> {
  const wanted = new Set(
    services.filter((service) => ofAll || isLocal(service)).map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const byNode = new Map<string, Set<string>>();
  for (const slice of endpointSlices) {
    if (wanted.has(`${slice.namespace}/${slice.serviceName}`))
      visit(slice, (address, ready, serving, _terminating, nodeName) => {
        const own = byNode.get(nodeName) ?? new Set<string>();
        if (ofAll || ready || serving) own.add(canonicalAddress(address));
        if (nodeName !== '') byNode.set(nodeName, own);
      });
  }
  return byNode;
}

function visit(slice: EndpointSlice, visitor: EndpointVisitor): void {
  if (slice.unread !== undefined) slice.unread.visit(visitor);
  else
    for (const { addresses, ready, serving, terminating, nodeName, target } of slice.endpoints) {
      if (target === undefined) visitor(addresses[0] ?? '', ready, serving, terminating, nodeName, undefined);
    }
}

function isLocal({ externalTrafficPolicy, internalTrafficPolicy }: Service): boolean {
  return externalTrafficPolicy === 'Local' || internalTrafficPolicy === 'Local';
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
