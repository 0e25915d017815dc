import {
  addressAt,
  formatAddress,
  formatPrefix,
  parseAddress,
  parsePrefix,
  parsePrefixOrAddress,
  prefixContains,
  prefixSize,
  type Family,
  type Prefix,
} from '../../net/address.js';
import type { Match } from '../../iptables/types.js';
import { nodeAddressOf, type ProxyState } from '../../proxy/state.js';
import { jumpsTo, type RuleIndex } from '../rules/rule-index.js';
import { readServiceChainName } from '../rules/service-chain.js';
import { addressSets, type AddressSet } from '../../walk/address-set.js';
import { setOf, strangers } from './sources.js';
import { podInterfaceOfOthers, podRangeOfOthers } from './pod-range.js';
import type { Client, ClientKind } from './client.js';

/** How rules recognise packets of Pods: by source prefix or by incoming interface. */
export type PodDetector =
  { readonly kind: 'sourcePrefix'; readonly prefix: string } | { readonly kind: 'inInterface'; readonly name: string };

/**
 * How the rules recognise packets of Pods: the condition for masquerading cluster-IP traffic (absent with
 * masqueradeAll), or the one that exempts Pods from a Local policy.
 */
export function detectorOf(index: RuleIndex): PodDetector | undefined {
  for (const { rule } of index.callers('nat', 'KUBE-MARK-MASQ')) {
    const detector = detectorAmong(rule.matches, true);
    if (detector !== undefined) return detector;
  }
  for (const { name, rules } of index.chains('nat')) {
    const kind = readServiceChainName(name)?.kind;
    if (kind !== 'external' && kind !== 'localOld') continue;
    for (const rule of rules) {
      const detector =
        readServiceChainName(jumpsTo(rule) ?? '')?.kind === 'cluster' ? detectorAmong(rule.matches, false) : undefined;
      if (detector !== undefined) return detector;
    }
  }
  return undefined;
}

function detectorAmong(matches: readonly Match[], isNegated: boolean): PodDetector | undefined {
  return matches.flatMap((match) =>
    (match.kind === 'source' || match.kind === 'inInterface') && (match.negated === true) === isNegated
      ? (asDetector(match) ?? [])
      : [],
  )[0];
}

function asDetector(match: Match): PodDetector | undefined {
  if (match.kind === 'source') return { kind: 'sourcePrefix', prefix: match.prefix };
  return match.kind === 'inInterface' ? { kind: 'inInterface', name: match.name } : undefined;
}

/** What is known about the locations of clients. */
export interface Places {
  readonly family: Family;
  readonly detector: PodDetector | undefined;
  /** Pod ranges of this node and of others; empty if unknown. */
  readonly here: readonly Prefix[];
  readonly elsewhere: readonly Prefix[];
  /** The range of all Pods, from kube-proxy's rules or else from a network plugin's. */
  readonly podRange: Prefix | undefined;
  /** The interface of Pods of this node according to rules: `cali0` for `cali+`. */
  readonly podInterface?: string | undefined;
  readonly nodeAddress: string | undefined;
}

/** The locations of clients for the node in manifests. */
export function placesOfState(
  state: ProxyState,
  nodes: readonly { readonly name: string; readonly podCIDRs: readonly string[] }[],
): Places {
  const { family, localDetector: detector, options } = state;
  const ranges = (isHere: boolean): Prefix[] =>
    nodes
      .filter(({ name }) => (name === options.nodeName) === isHere)
      .flatMap(({ podCIDRs }) => podCIDRs)
      .flatMap((text) => parsePrefix(text) ?? [])
      .filter((prefix) => prefix.family === family);
  return {
    family,
    detector,
    here: ranges(true),
    elsewhere: ranges(false),
    podRange: rangeOf(detector),
    nodeAddress: nodeAddressOf(state),
  };
}

/** The locations of clients according to the rules of a dump. */
export function placesOfRules(family: Family, pods: KnownPods, nodeAddress: string | undefined): Places {
  return { family, here: [], elsewhere: [], nodeAddress, ...pods };
}

/** How the rules of a dump recognise Pods. */
export type KnownPods = Pick<Places, 'detector' | 'podRange' | 'podInterface'>;

/** How kube-proxy's rules recognise Pods (`detector`); otherwise the range or interface in a network plugin's rules. */
export function knownPods(detector: PodDetector | undefined, index: RuleIndex): KnownPods {
  const podRange = rangeOf(detector) ?? (detector === undefined ? podRangeOfOthers(index) : undefined);
  return { detector, podRange, podInterface: podInterfaceOfOthers(index) };
}

function rangeOf(detector: PodDetector | undefined): Prefix | undefined {
  return detector?.kind === 'sourcePrefix' ? parsePrefix(detector.prefix) : undefined;
}

const words: Readonly<Record<ClientKind, string>> = {
  podHere: 'a Pod on this node',
  podElsewhere: 'a Pod on another node',
  node: 'this node itself',
  outside: 'a client outside the cluster',
  outsideAdmitted: 'a client outside the cluster, within loadBalancerSourceRanges',
};

/**
 * All kinds of clients, each with a representative. With `ranges` (loadBalancerSourceRanges), outside clients are
 * divided into those in the ranges and others. `ownSource`: the load balancer's address if rules allow it as a source,
 * which kube-proxy does if the ranges include the node's address.
 */
export function clientsOf(
  places: Places,
  ranges: readonly string[],
  taken: ReadonlySet<string>,
  ownSource?: string,
): Client[] {
  const admitted = ranges
    .flatMap((text) => parsePrefixOrAddress(text) ?? [])
    .filter(({ family }) => family === places.family);
  const outside = outsideAddress(places, admitted);
  const clients = [
    pod('podHere', places, taken),
    pod('podElsewhere', places, taken),
    make('node', places.nodeAddress ?? ownSource ?? outside, ''),
  ];
  if (admitted.length === 0 || outside !== undefined)
    clients.push(make('outside', outside ?? samples[places.family][0], 'eth0'));
  if (admitted[0] !== undefined) clients.push(make('outsideAdmitted', addressIn(admitted[0], taken), 'eth0'));
  const kinds = withoutGuesses(clients, places);
  return kinds.map((client) => {
    const sources = sourcesOf(client, places, admitted);
    return sources === undefined || sources.length === 0 ? client : { ...client, sources };
  });
}

/** The addresses of all clients of a kind; undefined if they cannot be distinguished from others. */
function sourcesOf({ kind }: Client, places: Places, admitted: readonly Prefix[]): AddressSet | undefined {
  const { family, here, elsewhere, detector, podRange: detected } = places;
  const inCluster = setOf([...here, ...elsewhere, ...(detected === undefined ? [] : [detected])]);
  const outsiders = addressSets.subtract(strangers(family, places.nodeAddress), inCluster);
  switch (kind) {
    case 'podHere':
      if (here.length > 0) return setOf(here);
      if (detected !== undefined) return setOf([detected]);
      return detector === undefined ? undefined : strangers(family, places.nodeAddress);
    case 'podElsewhere': {
      const others = addressSets.subtract(
        setOf(detected === undefined ? elsewhere : [...elsewhere, detected]),
        setOf(here),
      );
      return others.length === 0 ? undefined : others;
    }
    case 'outside':
      return addressSets.subtract(outsiders, setOf(admitted));
    case 'outsideAdmitted':
      return addressSets.intersect(outsiders, setOf(admitted));
    case 'node':
      return undefined;
  }
}

/**
 * If all Pods have one range, a dump does not distinguish this node's Pods from others: there is then one kind of Pod.
 */
function withoutGuesses(clients: readonly Client[], { detector, here, podRange }: Places): Client[] {
  if (here.length > 0) return [...clients];
  const range = podRange === undefined ? '' : ` (a source in ${formatPrefix(podRange)})`;
  return clients.flatMap((client) =>
    client.kind === 'podElsewhere'
      ? detector?.kind === 'inInterface'
        ? [client]
        : []
      : client.kind === 'podHere' && detector?.kind !== 'inInterface'
        ? [{ ...client, words: `a Pod${range}` }]
        : [client],
  );
}

function make(kind: ClientKind, address: string | undefined, interfaceName: string | undefined): Client {
  return { kind, words: words[kind], address, interface: interfaceName };
}

/** The interface by which packets of this node's Pods arrive; a bridge if neither kube-proxy nor rules name one. */
export function interfaceOfPodsHere({ detector, podInterface }: Partial<Places>): string {
  return detector?.kind === 'inInterface' ? detector.name.replace(/\+$/, '0') : (podInterface ?? 'cni0');
}

/** Packets of Pods arrive by the detector's interface, those of Pods on other nodes by the node's own. */
function pod(kind: 'podHere' | 'podElsewhere', places: Places, taken: ReadonlySet<string>): Client {
  const isHere = kind === 'podHere';
  const range = isHere ? (places.here[0] ?? places.podRange) : places.elsewhere[0];
  const address = range === undefined ? elsewhereAddress(places, taken) : addressIn(range, taken);
  return make(kind, address, isHere ? interfaceOfPodsHere(places) : 'eth0');
}

/** A Pod address, but not this node's: in the cluster's range if that is wider than the node's, else anywhere. */
function elsewhereAddress(places: Places, taken: ReadonlySet<string>): string {
  const range = places.podRange;
  const isWider =
    range !== undefined && places.here.every((own) => own.length > range.length && prefixContains(range, own));
  if (range === undefined || !isWider) return samples[places.family].at(-1) ?? '';
  return addressIn(range, taken, places.here);
}

/**
 * An address of the range that is not an endpoint's, so that the client is not mistaken for one, and in none of the
 * ranges `not`.
 */
function addressIn(range: Prefix, taken: ReadonlySet<string>, not: readonly Prefix[] = []): string {
  const size = prefixSize(range);
  const step = size > 65_536n ? size / 256n : 1n;
  for (let start = size > 250n ? 250n : size - 1n; start < size; start += step) {
    for (let offset = start; offset > 0n && offset > start - 250n; offset--) {
      const address = addressAt(range, offset);
      if (not.some((prefix) => prefixContains(prefix, address))) break;
      if (!taken.has(formatAddress(address))) return formatAddress(address);
    }
  }
  return formatAddress(addressAt(range, size - 1n));
}

const samples: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['203.0.113.77', '198.51.100.77', '192.0.2.77', '8.8.8.8', '100.64.77.77', '172.31.77.77', '10.77.77.77'],
  ipv6: ['2001:db8:ffff::77', '2600::77', 'fd77::77'],
};

/** An address in no range of Pods, nodes or allowed clients; undefined if everything is allowed. */
function outsideAddress(places: Places, admitted: readonly Prefix[]): string | undefined {
  const { family, here, elsewhere, podRange: detected } = places;
  const ranges = [...here, ...elsewhere, ...admitted, ...(detected === undefined ? [] : [detected])];
  return samples[family].find((text) => {
    const address = parseAddress(text);
    return address !== undefined && !ranges.some((range) => prefixContains(range, address));
  });
}
