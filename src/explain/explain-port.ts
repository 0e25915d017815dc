import type { Rule } from '../iptables/types.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import { targetsOf, type ReasonFinder } from './manifests/reasons.js';
import { addressKindWords, groupTraffic, trafficOf, type AddressTraffic } from './explain-traffic.js';
import type { Client } from './traffic/packet.js';
import type { FamilyView } from './node.js';
import { portNotes } from './port-notes.js';
import type { FoundServicePort, ServiceAddress } from './rules/discover.js';
import { readServiceChainName } from './rules/service-chain.js';
import { jumpsTo } from './rules/rule-index.js';
import type { ExplainedAddress, ExplainedChain, ExplainedEndpoint, ExplainedPort, Knowledge, Reason } from './types.js';
import { formatHostPort, hostOf } from './words/host-port.js';
import { plain, someOf } from './words/plain.js';

/** One service port of one family: addresses, endpoints, who gets where, chains in words, and what is wrong. */
export function explainPort(view: FamilyView, found: FoundServicePort, knowledge: Knowledge, reasons: ReasonFinder | undefined): ExplainedPort {
  const state = view.states.get(`${found.name?.text ?? ''} ${found.protocol}`);
  const traffic = trafficOf(view, found);
  const shares = { inside: sharesOf(traffic, isInside), outside: sharesOf(traffic.filter(({ address }) => address.kind !== 'clusterIP'), (one) => !isInside(one)) };
  return {
    name: portLabel(found), port: found.name?.port ?? '', protocol: found.protocol, family: view.family,
    number: found.addresses.find(({ kind }) => kind !== 'nodePort')?.port ?? 0,
    target: targetWords(state),
    addresses: found.addresses.map((address) => explainAddress(view, address, state)),
    endpoints: explainEndpoints(view, found, state, shares, knowledge),
    traffic: groupTraffic(traffic),
    notes: portNotes(view, found, state, traffic.flatMap(({ deliveries }) => deliveries.map(({ delivery }) => delivery))),
    chains: chainsOf(view, found),
    reasons: portReasons(view, found, state, reasons),
  };
}

type Shares = ReadonlyMap<string, number>;

function isInside(client: Client): boolean {
  return client.kind !== 'outside' && client.kind !== 'outsideAdmitted';
}

/** Shares of the first address that leads anywhere, for the first of these clients that it does for. */
function sharesOf(traffic: readonly AddressTraffic[], isWanted: (client: Client) => boolean): Shares {
  const first = traffic.flatMap(({ deliveries }) => deliveries).find(({ client, delivery }) => isWanted(client) && delivery.fate === 'delivered');
  return new Map(first?.delivery.endpoints.map(({ endpoint, share }) => [endpoint, share]));
}

/** What a service port is called: its name, else its addresses, else its chain. */
export function portLabel(found: FoundServicePort): string {
  if (found.name !== undefined) return found.name.text;
  const [address] = found.addresses;
  if (address !== undefined) return `${addressKindWords(address.kind)} ${formatHostPort(address.address, address.port)}`;
  return [...found.chains.values()][0] ?? 'a Service without a name';
}

function targetWords(state: ServicePortState | undefined): string {
  if (state === undefined) return '';
  const { service, portName, protocol } = state.servicePort;
  const port = service.ports.find((one) => one.name === portName && one.protocol.toLowerCase() === protocol);
  const numbers = [...new Set(state.all.map((endpoint) => endpoint.port))];
  if (port === undefined) return '';
  if (typeof port.targetPort === 'number') return String(port.targetPort);
  return numbers.length === 0 ? plain(port.targetPort) : `${plain(port.targetPort)} (${someOf(numbers.map(String), 3)})`;
}

function explainAddress(view: FamilyView, { kind, address, port }: ServiceAddress, state: ServicePortState | undefined): ExplainedAddress {
  if (kind === 'nodePort') return { kind, ...nodePortWords(view, address, port) };
  const ingress = state?.servicePort.service.loadBalancerIngress.find(({ ip }) => ip === address);
  return { kind, address: formatHostPort(address, port), note: ingress === undefined ? '' : `ipMode ${ingress.ipMode}` };
}

function nodePortWords({ reach, places, rules: { state } }: FamilyView, address: string, port: number): { address: string; note: string } {
  if (address !== '') return { address: formatHostPort(address, port), note: '' };
  if (reach === undefined) return { address: `*:${port}`, note: state === undefined ? 'no rule leads to KUBE-NODEPORTS' : '' };
  if (!reach.all) return { address: reach.addresses.map((one) => formatHostPort(one, port)).join(', '), note: 'nodePortAddresses names these addresses only' };
  const own = places.nodeAddress === undefined ? '' : `, ${formatHostPort(places.nodeAddress, port)} for one`;
  return { address: `*:${port}`, note: `every address of the node${reach.loopback ? ', localhost too' : ' but localhost'}${own}` };
}

/** Those that rules or manifests know, the ones in use first. */
function explainEndpoints(
  view: FamilyView, found: FoundServicePort, state: ServicePortState | undefined,
  shares: { readonly inside: Shares; readonly outside: Shares }, knowledge: Knowledge,
): ExplainedEndpoint[] {
  const { service } = state?.servicePort ?? {};
  const slices = knowledge.cluster?.endpointSlices.filter((slice) => slice.namespace === service?.namespace && slice.serviceName === service.name) ?? [];
  const targets = targetsOf(slices);
  const known = new Map(state?.all.map((endpoint) => [endpoint.hostPort, endpoint]));
  const local = new Set(localEndpoints(view, found));
  const inRules = [...endpointsOfChain(view, found.chains.get('cluster')), ...local, ...shares.inside.keys(), ...shares.outside.keys()];
  return [...new Set([...inRules, ...known.keys()])].sort().map((endpoint) => {
    const details = known.get(endpoint);
    return {
      endpoint: plain(endpoint), node: details?.nodeName ?? '', isHere: details?.isLocal ?? local.has(endpoint),
      target: targets.get(details?.address ?? hostOf(endpoint)) ?? '',
      state: details === undefined ? 'in the rules' : stateWords(details), share: shares.inside.get(endpoint) ?? 0, shareFromOutside: shares.outside.get(endpoint) ?? 0,
    };
  });
}

function stateWords({ ready, serving, terminating }: Endpoint): string {
  if (ready) return terminating ? 'ready, terminating' : 'ready';
  if (terminating) return serving ? 'terminating, still serving' : 'terminating';
  return 'not ready';
}

/** `has no local endpoints`: a drop, not a refusal, so that clients try another node. */
function isLocalDrop({ target, matches }: Rule): boolean {
  return target?.kind === 'verdict' && target.verdict === 'DROP' && matches.some((match) => match.kind === 'comment' && match.text.endsWith('has no local endpoints'));
}

/** Where a balancing chain sends packets: the endpoints of the chains that it jumps to. */
export function endpointsOfChain({ index }: FamilyView, name: string | undefined): string[] {
  const endpoints: string[] = [];
  for (const rule of index.chain('nat', name ?? '')?.rules ?? []) {
    const to = jumpsTo(rule);
    if (to === undefined || readServiceChainName(to)?.kind !== 'endpoint') continue;
    for (const { target } of index.chain('nat', to)?.rules ?? []) if (target?.kind === 'destinationNat') endpoints.push(target.to);
  }
  return [...new Set(endpoints)];
}

/** Those on this node, by the chain that policy Local balances with. */
export function localEndpoints(view: FamilyView, { chains }: FoundServicePort): string[] {
  return [...endpointsOfChain(view, chains.get('local')), ...endpointsOfChain(view, chains.get('localOld'))];
}

const order = ['external', 'firewall', 'localOld', 'cluster', 'local'] as const;

/** The rules that lead to it, its own chains, and those of its endpoints, in the order in which a packet meets them. */
function chainsOf(view: FamilyView, found: FoundServicePort): ExplainedChain[] {
  const { index, naming } = view;
  const own = order.flatMap((kind) => index.chain('nat', found.chains.get(kind) ?? '') ?? []);
  const endpoints = [...new Set(own.flatMap(({ rules }) => rules.flatMap((rule) => jumpsTo(rule) ?? [])))]
    .filter((name) => readServiceChainName(name)?.kind === 'endpoint').flatMap((name) => index.chain('nat', name) ?? []);
  return [...entryChains(view, found), ...[...own, ...endpoints].map((chain) => naming.chain(chain))];
}

function entryChains({ naming }: FamilyView, found: FoundServicePort): ExplainedChain[] {
  const chains = new Map<string, { -readonly [Key in keyof ExplainedChain]: ExplainedChain[Key] } & { rules: ExplainedChain['rules'][number][] }>();
  for (const { table, chain, number, rule } of found.entries) {
    const key = `${table} ${chain}`;
    const entry = chains.get(key) ?? { table, chain, words: naming.words(chain) ?? '', rules: [] };
    chains.set(key, entry);
    entry.rules.push(naming.rule(table, rule, number));
  }
  return [...chains.values()];
}

/** Why traffic does not flow, or not everywhere: from manifests where there are any, else from what rules tell. */
export function portReasons(view: FamilyView, found: FoundServicePort, state: ServicePortState | undefined, finder: ReasonFinder | undefined): Reason[] {
  const isIpvs = view.rules.virtualServers.length > 0;
  if (state !== undefined && finder !== undefined) return finder.ofPort(state, view.family, view.rules.state?.options.nodeName ?? '', isIpvs);
  return rulesOnlyReasons(view, found);
}

/** Without manifests, a refusing rule or an empty chain says what, not why. */
function rulesOnlyReasons({ index, rules: { virtualServers } }: FamilyView, found: FoundServicePort): Reason[] {
  const reasons: Reason[] = [];
  const texts = found.entries.filter(({ table }) => table === 'filter').map(({ rule }) => rule);
  if (texts.some(({ target }) => target?.kind === 'reject')) {
    reasons.push({ message: 'kube-proxy knew no ready endpoint when it wrote these rules (with manifests among the inputs, the reason is told)' });
  } else if (texts.some((rule) => isLocalDrop(rule))) {
    const isInternal = texts.some((rule) => isLocalDrop(rule) && rule.chain === 'KUBE-SERVICES');
    reasons.push({ message: `${isInternal ? 'internalTrafficPolicy' : 'externalTrafficPolicy'} is Local and no ready endpoint is on this node: ${isInternal ? 'its cluster IP drops what comes from here' : 'clients outside are dropped here'}` });
  }
  const entered = found.addresses.length > 0 || found.entries.length > 0;
  if (!entered && virtualServers.length === 0) reasons.push({ message: 'its chains are there, but no rule leads to them: they are left over' });
  for (const [kind, name] of found.chains) {
    if ((kind === 'cluster' || kind === 'local') && index.chain('nat', name)?.rules.length === 0) reasons.push({ message: `${name} is empty: what enters it is not sent anywhere` });
  }
  return reasons;
}
