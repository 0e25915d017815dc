import { assignedBalancers } from '../cluster/service.js';
import type { Service } from '../cluster/types.js';
import { greatest, least } from '../diagnostics/extremes.js';
import { missingTables } from '../iptables/dump/missing-tables.js';
import { isExternallyAccessible } from '../proxy/service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import type { FamilyView } from './node.js';
import type { FoundServicePort } from './rules/discover.js';
import { isUserspace } from './rules/eras.js';
import { masqueradeFault } from './rules/masquerading.js';
import { jumpsTo, type RuleIndex } from './rules/rule-index.js';
import { areOutside } from './outside-endpoints.js';
import type { Delivery } from './traffic/delivery.js';
import { topologyNotes } from './topology-notes.js';
import { processNotes } from './process-notes.js';
import { deciderWords } from './words/decider.js';
import { durationWords, percent } from './words/numbers.js';
import { joinWords } from '../diagnostics/words.js';

/** Facts that a table of traffic does not show, one sentence each. */
export function portNotes(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
  deliveries: readonly Delivery[],
): string[] {
  return [
    ...(isUserspace(view.index) ? processNotes(found, state) : []),
    ...affinityNotes(view, found),
    ...policyNotes(view, found, state, deliveries),
    ...shareNotes(view, deliveries),
    ...topologyNotes(view.rules.state, state),
    ...(haveNoPods(view, state, deliveries) ? [] : hairpinNotes(view, found, deliveries)),
    ...(view.answers?.notes(found) ?? []),
    ...balancerNotes(view, found, state, deliveries),
    ...missingTableNotes(view.index).map((note) => `${note.replace('the', 'The')}.`),
    ...(found.healthCheckNodePort === 0
      ? []
      : [
          `Load balancers check its health at node port ${found.healthCheckNodePort}: a node with its own endpoint answers 200, others 503.`,
        ]),
    ...(found.nameFrom === 'hash' && view.rules.virtualServers.length === 0
      ? ["The rules do not name it: it was recognised by the hash in its chains' names."]
      : []),
  ];
}

/** Tables of which a dump contains only a part, so that missing rules prove nothing, as a clause. */
export function partialTableNotes(index: RuleIndex): string[] {
  const partial = index.tableNames.filter((table) => index.isPartial(table));
  return partial.length === 0
    ? []
    : [
        `the dump shows a part of ${partial.length === 1 ? 'table' : 'the tables'} ${joinWords(partial)} only, so nothing is concluded from missing ` +
          'rules',
      ];
}

/** What is unknown in a dump of one table (`iptables-save -t nat`): a clause for each missing table. */
export function missingTableNotes(index: RuleIndex): string[] {
  return index.named('KUBE-SERVICES').length === 0
    ? []
    : missingTables(index.ruleSet).map(
        (table) =>
          `the dump does not contain table ${table}, so it is unknown what its rules ${table === 'nat' ? 'translate' : 'reject or drop'} (iptables-save without -t prints all tables)`,
      );
}

/** How many seconds a client keeps its endpoint, according to the rules. */
export function affinitySeconds(
  { index, answers, rules: { virtualServers } }: FamilyView,
  found: FoundServicePort,
): number | undefined {
  if (answers !== undefined) return answers.affinitySeconds(found);
  for (const kind of ['cluster', 'local'] as const) {
    for (const { matches } of index.chain('nat', found.chains.get(kind) ?? '')?.rules ?? []) {
      for (const match of matches)
        if (match.kind === 'recent' && match.action !== 'set' && match.seconds !== undefined) return match.seconds;
    }
  }
  const [first] = found.addresses;
  return virtualServers.find(
    ({ service }) =>
      service.kind === 'address' &&
      service.address === first?.address &&
      service.port === first.port &&
      service.protocol === found.protocol,
  )?.persistence?.seconds;
}

function affinityNotes(view: FamilyView, found: FoundServicePort): string[] {
  const seconds = affinitySeconds(view, found);
  if (seconds === undefined) return [];
  return [
    `Session affinity: a client address keeps its endpoint until it has opened no new connection for ${durationWords(seconds)}. It is kept per port and per node: ` +
      'another port of the Service, or another node, may pick another endpoint. Shares are for new clients.',
  ];
}

/** According to the rules: packets from the node itself are handled separately only if the policy is Local. */
export function isExternalPolicyLocal({ index, answers }: FamilyView, found: FoundServicePort): boolean {
  if (answers !== undefined) return answers.shortCircuits(found) !== undefined;
  const { chains } = found;
  const external = index.chain('nat', chains.get('external') ?? '')?.rules ?? [];
  return (
    chains.has('localOld') ||
    external.some(({ matches }) =>
      matches.some((match) => match.kind === 'addressType' && match.sourceType === 'LOCAL'),
    )
  );
}

/**
 * Whether loadBalancerSourceRanges restrict it: up to 1.27 every load balancer had a KUBE-FW chain, most of them
 * without ranges.
 */
export function hasSourceRanges({ index, answers }: FamilyView, found: FoundServicePort): boolean {
  if (answers !== undefined) return answers.sourceRanges(found).length > 0;
  const { chains } = found;
  return (
    index
      .chain('nat', chains.get('firewall') ?? '')
      ?.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'source')) === true
  );
}

function policyNotes(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
  deliveries: readonly Delivery[],
): string[] {
  const external = state?.servicePort.externalPolicyLocal ?? isExternalPolicyLocal(view, found);
  const isIpvs = view.rules.virtualServers.length > 0;
  const isInternal =
    state?.servicePort.internalPolicyLocal ??
    view.answers?.isInternalLocal(found) ??
    found.entries.some(
      ({ chain, rule }) =>
        chain === 'KUBE-SERVICES' && rule.target?.kind === 'jump' && rule.target.chain.startsWith('KUBE-SVL-'),
    );
  const isReached = state === undefined || isExternallyAccessible(state.servicePort);
  return [
    ...(isInternal ? ['internalTrafficPolicy Local: its cluster IP leads to endpoints on this node only.'] : []),
    ...(external && isReached
      ? [
          `externalTrafficPolicy Local: from outside, node ports, external IPs and load balancers lead to endpoints on this node only${keepsSources(deliveries) ? ", which see the clients' addresses" : ''}; ${
            isIpvs ? 'in IPVS mode, also for Pods and the node itself' : shortCircuit(view, found)
          }.`,
        ]
      : []),
  ];
}

/** Whether no program other than kube-proxy masquerades the delivered packets. */
function keepsSources(deliveries: readonly Delivery[]): boolean {
  return deliveries.every(({ sourceBy }) => deciderWords(sourceBy) === '');
}

/** In old versions of kube-proxy, no rule recognised packets of the node itself (kubernetes/kubernetes#65387). */
const oldNode = 'and the node itself counts as an outside client: this old kube-proxy has no rule to recognise it';

/** The clients exempt from a Local policy, according to the rules: Pods only if kube-proxy can recognise them. */
function shortCircuit(view: FamilyView, found: FoundServicePort): string {
  const { pods: knowsPods, node: knowsNode } = view.answers?.shortCircuits(found) ?? shortCircuitsOf(view, found);
  const noPods =
    'which count as outside clients: kube-proxy has no clusterCIDR (or other detectLocalMode) to recognise them by';
  if (knowsPods)
    return knowsNode ? 'Pods and the node itself reach all endpoints' : `Pods reach all endpoints, ${oldNode}`;
  return knowsNode
    ? `the node itself reaches all endpoints, but not Pods, ${noPods}`
    : `the same for Pods, ${noPods}, ${oldNode}`;
}

function shortCircuitsOf(
  { index }: FamilyView,
  { chains }: FoundServicePort,
): { readonly pods: boolean; readonly node: boolean } {
  const entries = [chains.get('external'), chains.get('localOld')].flatMap(
    (name) => index.chain('nat', name ?? '')?.rules ?? [],
  );
  const pods = entries.some(
    (rule) =>
      jumpsTo(rule) === chains.get('cluster') &&
      rule.matches.some(({ kind }) => kind === 'source' || kind === 'inInterface' || kind.startsWith('phys')),
  );
  const node = entries.some(
    ({ matches, target }) =>
      target?.kind === 'jump' &&
      matches.some(
        (match) => match.kind === 'addressType' && match.sourceType === 'LOCAL' && match.sourceNegated !== true,
      ),
  );
  return { pods, node };
}

/** Common wrong expectations about load balancers. */
function balancerNotes(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
  deliveries: readonly Delivery[],
): string[] {
  const has = (kind: FoundServicePort['addresses'][number]['kind']): boolean =>
    found.addresses.some((address) => address.kind === kind);
  const isDelivered = deliveries.some(({ fate }) => fate === 'delivered');
  const hasRanges = hasSourceRanges(view, found) || (state?.servicePort.loadBalancerSourceRanges.length ?? 0) > 0;
  return [
    ...(state !== undefined && isPending(state.servicePort.service)
      ? [
          `No load balancer has assigned an address yet (status.loadBalancer is empty), so no rule exists for one: clients outside need ${
            has('nodePort') ? 'its node port' : 'an address'
          } until then.`,
        ]
      : []),
    ...(has('loadBalancerIP') && isDelivered
      ? [
          `What Pods${found.chains.has('localOld') ? '' : ' and nodes'} send to the load balancer's address is answered on their own node and never reaches the load balancer${found.chains.has('localOld') ? '' : ' (ipMode VIP)'}.`,
        ]
      : []),
    ...(hasRanges && has('nodePort')
      ? [
          "loadBalancerSourceRanges protect only the load balancer's address: its node port accepts connections from anywhere.",
        ]
      : []),
  ];
}

/** Whether it waits for a load balancer: `kubectl get service` shows <pending>. */
function isPending({ type, object, loadBalancerIngress }: Service): boolean {
  return type === 'LoadBalancer' && loadBalancerIngress.length === 0 && assignedBalancers(object).length === 0;
}

/** Unequal shares: from 5 decimals up to 1.18, from weights of IPVS, or from modified rules. */
function shareNotes(view: FamilyView, deliveries: readonly Delivery[]): string[] {
  const notes: string[] = [];
  const uneven = deliveries.find(({ endpoints }) => endpoints.length > 1 && spread(endpoints) > 1e-3);
  if (uneven !== undefined) {
    const shares = uneven.endpoints.map(({ share }) => share);
    notes.push(
      `Shares differ: from ${percent(least(shares))} % to ${percent(greatest(shares))} %.${
        view.rules.virtualServers.length > 0
          ? ' Real servers have different weights.'
          : view.answers !== undefined
            ? ' kube-proxy writes equal shares.'
            : ' kube-proxy writes equal shares; 1.18 and older rounded to 5 decimals, which matters from some 300 endpoints on.'
      }`,
    );
  } else if (isByRuleAfterRule(view) && deliveries.some(({ endpoints }) => endpoints.length > 2)) {
    notes.push(
      'The probabilities in the rules rise (1/n, 1/(n-1), … 1) because each applies to what the rules before it left over: the shares are equal.',
    );
  }
  return notes;
}

/** Rules of iptables choose an endpoint in sequence; IPVS and nftables choose at once. */
function isByRuleAfterRule({ answers, rules: { virtualServers } }: FamilyView): boolean {
  return answers === undefined && virtualServers.length === 0;
}

function spread(endpoints: Delivery['endpoints']): number {
  const shares = endpoints.map(({ share }) => share);
  return greatest(shares) / least(shares) - 1;
}

/** Servers outside the cluster are not Pods that could reach themselves through the Service. */
function haveNoPods(
  { places }: FamilyView,
  state: ServicePortState | undefined,
  deliveries: readonly Delivery[],
): boolean {
  const endpoints = new Set(deliveries.flatMap((one) => one.endpoints.map(({ endpoint }) => endpoint)));
  return areOutside(places, [...endpoints], state?.all.map(({ nodeName }) => nodeName) ?? []);
}

function hairpinNotes(
  { index, answers, rules: { virtualServers, sets } }: FamilyView,
  found: FoundServicePort,
  deliveries: readonly Delivery[],
): string[] {
  const fault = answers === undefined ? masqueradeFault(index) : answers.masqueradeFault();
  if (!deliveries.some(({ fate }) => fate === 'delivered') || fault !== undefined) return [];
  if (virtualServers.length > 0)
    return sets.some(({ name, elements }) => /^KUBE-(?:6-)?LOOP-BACK$/.test(name) && elements.length > 0)
      ? ['A Pod that reaches itself through the Service sees an address of the node as the source.']
      : [];
  return found.chains.size === 0
    ? []
    : ['A Pod that reaches itself through the Service sees an address of the node as the source.'];
}
