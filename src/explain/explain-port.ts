import { ownerOf } from '../proxy/service-port.js';
import type { Cluster, EndpointSlice } from '../cluster/types.js';
import { entryOf, groupBy } from '../diagnostics/groups.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import { targetsOf, type ReasonFinder } from './manifests/reasons.js';
import { addressKindWords, groupTraffic, keptTraffic, withReasons, type AddressTraffic } from './explain-traffic.js';
import type { Client } from './traffic/client.js';
import type { FamilyView } from './node.js';
import { endpointsInRules, localEndpoints } from './endpoints-in-rules.js';
import { addressesWithoutPort } from './lost-addresses.js';
import { portNotes } from './port-notes.js';
import { portReasons } from './port-reasons.js';
import type { FoundServicePort, ServiceAddress } from '../node/found-service-port.js';
import { isUserspace } from './rules/eras.js';
import { masqueradeFault } from './rules/masquerading.js';
import { readServiceChainName } from './rules/service-chain.js';
import { jumpsTo } from './rules/rule-index.js';
import type { ExplainedAddress, ExplainedChain, ExplainedEndpoint, ExplainedPort, Knowledge, Reason } from './types.js';
import { formatHostPort, hostOf } from './words/host-port.js';
import { plain } from './words/plain.js';
import { someOf } from '../diagnostics/words.js';
import { memoized } from '../diagnostics/memoized.js';
import { isGiven } from '../cluster/listed-pods.js';

/**
 * Explains one service port of one family: addresses, endpoints, outcomes for clients, chains in words, and problems.
 */
export function explainPort(
  view: FamilyView,
  found: FoundServicePort,
  knowledge: Knowledge,
  reasons: ReasonFinder | undefined,
): ExplainedPort {
  const state = view.states.get(`${found.name?.text ?? ''} ${found.protocol}`);
  const traffic = withReasons(view, keptTraffic(view, found));
  const shares = {
    inside: sharesOf(traffic, isInside),
    outside: sharesOf(
      traffic.filter(({ address }) => address.kind !== 'clusterIP'),
      (one) => !isInside(one),
    ),
  };
  return {
    name: portLabel(found),
    port: found.name?.port ?? '',
    protocol: found.protocol,
    family: view.family,
    number: found.addresses.find(({ kind }) => kind !== 'nodePort')?.port ?? state?.servicePort.port ?? 0,
    target: targetWords(state),
    addresses: [
      ...found.addresses.map((address) => explainAddress(view, address, state)),
      ...addressesWithoutPort(found, state),
      ...proxiedAddresses(state),
    ],
    endpoints: explainEndpoints(view, found, state, shares, knowledge),
    traffic: groupTraffic(traffic),
    notes: portNotes(
      view,
      found,
      state,
      traffic.flatMap(({ deliveries }) => deliveries.map(({ delivery }) => delivery)),
    ),
    chains: chainsOf(view, found),
    reasons: [
      ...portReasons(view, found, state, {
        finder: reasons,
        isDump: knowledge.node.source === 'dump',
        slices: slicesOf(knowledge, state),
      }),
      ...masqueradeReasons(view),
    ],
  };
}

function masqueradeReasons({ index, answers }: FamilyView): Reason[] {
  const message = answers === undefined ? masqueradeFault(index) : answers.masqueradeFault();
  return message === undefined ? [] : [{ message }];
}

type Shares = ReadonlyMap<string, number>;

function isInside(client: Client): boolean {
  return client.kind !== 'outside' && client.kind !== 'outsideAdmitted';
}

/** The shares of the first address with endpoints, for the first of these clients that is delivered. */
function sharesOf(traffic: readonly AddressTraffic[], isWanted: (client: Client) => boolean): Shares {
  const first = traffic
    .flatMap(({ deliveries }) => deliveries)
    .find(({ client, delivery }) => isWanted(client) && delivery.fate === 'delivered');
  return new Map(first?.delivery.endpoints.map(({ endpoint, share }) => [endpoint, share]));
}

/** The label of a service port: its name, else its addresses, else its chain. */
export function portLabel(found: FoundServicePort): string {
  if (found.name !== undefined) return found.name.text;
  const [address] = found.addresses;
  if (address !== undefined)
    return `${addressKindWords(address.kind)} ${formatHostPort(address.address, address.port)}`;
  return [...found.chains.values()][0] ?? 'a Service without a name';
}

function targetWords(state: ServicePortState | undefined): string {
  if (state === undefined) return '';
  const { service, portName, protocol } = state.servicePort;
  const port = service.ports.find((one) => one.name === portName && one.protocol.toLowerCase() === protocol);
  const numbers = [...new Set(state.all.map((endpoint) => endpoint.port))];
  if (port === undefined) return '';
  // Without a selector, targetPort is not used: these endpoints have ports of their own.
  if (Object.keys(service.selector ?? {}).length === 0 && numbers.length > 0) return someOf(numbers.map(String), 3);
  if (typeof port.targetPort === 'number') return String(port.targetPort);
  return numbers.length === 0
    ? plain(port.targetPort)
    : `${plain(port.targetPort)} (${someOf(numbers.map(String), 3)})`;
}

function explainAddress(
  view: FamilyView,
  { kind, address, port }: ServiceAddress,
  state: ServicePortState | undefined,
): ExplainedAddress {
  if (kind === 'nodePort') return { kind, ...nodePortWords(view, address, port) };
  const ingress = state?.servicePort.service.loadBalancerIngress.find(({ ip }) => ip === address);
  return {
    kind,
    address: formatHostPort(address, port),
    note: ingress === undefined ? '' : `ipMode ${ingress.ipMode}`,
  };
}

/** Addresses that the load balancer handles itself, so that no rule contains them (KEP-1860). */
function proxiedAddresses(state: ServicePortState | undefined): ExplainedAddress[] {
  const { service, port } = state?.servicePort ?? {};
  return (
    service?.loadBalancerIngress
      .filter(({ ipMode }) => ipMode === 'Proxy')
      .map(({ ip }) => ({
        kind: 'loadBalancerIP',
        address: formatHostPort(ip, port ?? 0),
        note: 'ipMode Proxy: the load balancer accepts connections itself; no rule exists for this address',
      })) ?? []
  );
}

function nodePortWords(
  { index, reach, places, answers, rules: { state } }: FamilyView,
  address: string,
  port: number,
): { address: string; note: string } {
  if (address !== '') return { address: formatHostPort(address, port), note: '' };
  if (reach === undefined)
    return {
      address: `*:${port}`,
      note: state !== undefined || isUserspace(index) ? '' : 'no rule leads to KUBE-NODEPORTS',
    };
  if (!reach.all)
    return {
      address: reach.addresses.map((one) => formatHostPort(one, port)).join(', ') || `*:${port}`,
      note: answers?.nodePortNote(reach.addresses, state) ?? 'nodePortAddresses names these addresses only',
    };
  const own = places.nodeAddress === undefined ? '' : `, ${formatHostPort(places.nodeAddress, port)} for one`;
  return {
    address: `*:${port}`,
    note: `every address of the node${reach.loopback ? ', localhost too' : ' except localhost'}${own}`,
  };
}

/** The endpoints in rules or manifests; those in use come first. */
function explainEndpoints(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
  shares: { readonly inside: Shares; readonly outside: Shares },
  knowledge: Knowledge,
): ExplainedEndpoint[] {
  const slices = slicesOf(knowledge, state);
  const targets = targetsOf(slices);
  const known = new Map(state?.all.map((endpoint) => [endpoint.hostPort, endpoint]));
  const isMadeUp = knowledge.node.source === 'dump' && !slices.every(isGiven);
  const local = new Set(localEndpoints(view, found));
  const process = isMadeUp ? undefined : processShares(view, found, state);
  const { inside, outside } = process ?? shares;
  const inRules = process === undefined ? [...endpointsInRules(view, found), ...inside.keys(), ...outside.keys()] : [];
  return [...new Set([...inRules, ...(isMadeUp ? [] : known.keys())])].sort().map((endpoint) => {
    const details = known.get(endpoint);
    return {
      endpoint: plain(endpoint),
      node: details?.nodeName ?? '',
      isHere: details?.isLocal ?? local.has(endpoint),
      target: targets.get(details?.address ?? hostOf(endpoint)) ?? '',
      state: details === undefined ? 'in the rules' : stateWords(details),
      share: inside.get(endpoint) ?? 0,
      shareFromOutside: outside.get(endpoint) ?? 0,
    };
  });
}

/**
 * The shares of the kube-proxy process in userspace mode, which chooses endpoints in turn; undefined in other modes.
 */
function processShares(
  { index }: FamilyView,
  { addresses }: FoundServicePort,
  state: ServicePortState | undefined,
): { readonly inside: Shares; readonly outside: Shares } | undefined {
  if (!isUserspace(index) || state === undefined) return undefined;
  const even = new Map(state.cluster.map(({ hostPort }) => [hostPort, 1 / state.cluster.length]));
  return { inside: even, outside: addresses.some(({ kind }) => kind !== 'clusterIP') ? even : new Map() };
}

const slicesByService = memoized(({ endpointSlices }: Cluster) => groupBy(endpointSlices, ownerOf));

/** The EndpointSlices of a service port's Service. */
export function slicesOf(
  { node }: Pick<Knowledge, 'node'>,
  state: ServicePortState | undefined,
): readonly EndpointSlice[] {
  const cluster = node.completed?.cluster;
  if (state === undefined || cluster === undefined) return [];
  return slicesByService(cluster).get(ownerOf(state.servicePort)) ?? [];
}

function stateWords({ ready, serving, terminating }: Endpoint): string {
  if (ready) return terminating ? 'ready, terminating' : 'ready';
  if (terminating) return serving ? 'terminating, still serving' : 'terminating';
  return 'not ready';
}

const order = ['external', 'firewall', 'localOld', 'cluster', 'local'] as const;

/**
 * The rules that lead to it, its own chains, and those of its endpoints, in the order in which packets traverse them.
 */
function chainsOf(view: FamilyView, found: FoundServicePort): ExplainedChain[] {
  if (view.answers !== undefined) return view.answers.chains(found);
  const { index, naming } = view;
  const own = order.flatMap((kind) => index.chain('nat', found.chains.get(kind) ?? '') ?? []);
  const endpoints = [...new Set(own.flatMap(({ rules }) => rules.flatMap((rule) => jumpsTo(rule) ?? [])))]
    .filter((name) => readServiceChainName(name)?.kind === 'endpoint')
    .flatMap((name) => index.chain('nat', name) ?? []);
  return [...entryChains(view, found), ...[...own, ...endpoints].map((chain) => naming.chain(chain))];
}

function entryChains({ naming }: FamilyView, found: FoundServicePort): ExplainedChain[] {
  const chains = new Map<
    string,
    { -readonly [Key in keyof ExplainedChain]: ExplainedChain[Key] } & { rules: ExplainedChain['rules'][number][] }
  >();
  for (const { table, chain, number, rule } of found.entries) {
    const entry = entryOf(chains, `${table} ${chain}`, () => ({
      table,
      chain,
      words: naming.words(chain) ?? '',
      rules: [],
    }));
    entry.rules.push(naming.rule(table, rule, number));
  }
  return [...chains.values()];
}
