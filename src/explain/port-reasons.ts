import type { EndpointSlice } from '../cluster/types.js';
import { lostItsPort } from '../iptables/dump/lost-ports.js';
import type { Rule } from '../iptables/types.js';
import type { ServicePortState } from '../proxy/state.js';
import type { ReasonFinder } from './manifests/reasons.js';
import { endpointsInRules, hiddenEndpoints } from './endpoints-in-rules.js';
import { interferenceReasons } from './interference-notes.js';
import type { FamilyView } from './node.js';
import { tableReasons, takenAddresses, wayFaultsOf } from './nftables/reasons.js';
import type { FoundServicePort } from './rules/discover.js';
import { saysNoneIsLocal } from './rules/local-endpoints.js';
import { isOfIpvs, unhookedNodePorts } from './rules/faults.js';
import { nodePortsFault, unhooked } from './rules/leftovers.js';
import { destinationOf, jumpsTo, type RuleIndex } from './rules/rule-index.js';
import { readServiceChainName } from './rules/service-chain.js';
import { readNote } from './rules/service-name.js';
import { virtualAddresses, virtualEndpointWords, virtualServiceAt } from './rules/virtual-addresses.js';
import { lostShare } from './rules/shares.js';
import type { Reason } from './types.js';
import { percent } from './words/numbers.js';
import { plain } from './words/plain.js';
import { count, someOf } from '../diagnostics/words.js';
import { isGiven } from '../cluster/listed-pods.js';

/** Where reasons are searched besides the rules: the manifests, and whether the rules were generated from them. */
interface ReasonSources {
  readonly finder: ReasonFinder | undefined;
  readonly isDump: boolean;
  readonly slices: readonly EndpointSlice[];
}

/** Why traffic does not flow, or not to all endpoints: from manifests if there are any, and from the rules. */
export function portReasons(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
  sources: ReasonSources,
): Reason[] {
  const isIpvs = view.rules.virtualServers.length > 0;
  const fromManifests =
    state === undefined || lacksItsSlices(view, found, state, sources)
      ? []
      : (sources.finder?.ofPort(state, view.family, view.rules.state?.options.nodeName ?? '', isIpvs) ?? []);
  const shadows = [
    ...(view.answers === undefined ? shadowReasons(view, found) : takenAddresses(view.answers, found, state)),
    ...virtualReasons(view, found),
  ];
  if (!sources.isDump) return [...fromManifests, ...shadows];
  const { faults, fromRules } = reasonsInRules(view, found, state);
  const both =
    fromManifests.length > 0 && fromRules.length > faults.length
      ? [...faults, ...fromManifests]
      : [...fromRules, ...fromManifests];
  return [
    ...both,
    ...(state === undefined ? [] : driftReasons(view, found, state, sources.slices)),
    ...shadows,
    ...interferenceReasons(view, found),
  ];
}

/** Reasons from the rules of a dump; `faults`, the first reasons of `fromRules`, are those of the node. */
function reasonsInRules(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
): { readonly faults: readonly Reason[]; readonly fromRules: readonly Reason[] } {
  const { answers, index } = view;
  const faults =
    answers === undefined
      ? [...wayFaults(index), ...nodePortFaults(index, found), ...lostPortReasons(found), ...hiddenReasons(view, found)]
      : wayFaultsOf(answers);
  const others =
    answers === undefined
      ? [...ruleReasons(view, found, state), ...lostShares(index, found)]
      : tableReasons(answers, found, state);
  return { faults, fromRules: [...faults, ...others] };
}

/**
 * Whether manifests given with a dump lack the EndpointSlices of a Service without selector that has endpoints in the
 * rules.
 */
function lacksItsSlices(
  view: FamilyView,
  found: FoundServicePort,
  { servicePort }: ServicePortState,
  { isDump, slices }: ReasonSources,
): boolean {
  return (
    isDump &&
    slices.length === 0 &&
    servicePort.service.selector === undefined &&
    endpointsInRules(view, found).length > 0
  );
}

/** Without manifests, a reject rule or an empty chain shows the effect, not the reason. */
function ruleReasons(
  { index, rules: { virtualServers } }: FamilyView,
  found: FoundServicePort,
  state: ServicePortState | undefined,
): Reason[] {
  const reasons: Reason[] = [];
  const rules = found.entries.filter(({ table }) => table === 'filter').map(({ rule }) => rule);
  if (rules.some(({ target }) => target?.kind === 'reject')) {
    const why =
      state === undefined
        ? " (add the cluster's manifests to see why)"
        : state.hasAny
          ? ', although the manifests contain some: they were not ready, or did not exist yet'
          : '';
    reasons.push({ message: `there was no ready endpoint when kube-proxy wrote these rules${why}` });
  } else if (hasNoneHere(index, found)) {
    reasons.push({
      message:
        'externalTrafficPolicy is Local and no ready endpoint is on this node, so it sends clients outside, ' +
        'and itself, to no endpoint',
    });
  } else if (rules.some(isLocalDrop)) {
    const isInternal = rules.some((rule) => isLocalDrop(rule) && rule.chain === 'KUBE-SERVICES');
    reasons.push({
      message:
        `${isInternal ? 'internalTrafficPolicy' : 'externalTrafficPolicy'} is Local and no ready endpoint is on ` +
        'this node: ' +
        (isInternal
          ? 'packets from this node to its cluster IP are dropped'
          : 'packets from clients outside are dropped here'),
    });
  }
  const isEntered = found.addresses.length > 0 || found.entries.length > 0;
  if (!isEntered && virtualServers.length === 0)
    reasons.push({ message: 'its chains exist, but no rule leads to them: they are left over' });
  for (const [kind, name] of index.isPartial('nat') ? [] : found.chains) {
    if ((kind === 'cluster' || kind === 'local') && index.chain('nat', name)?.rules.length === 0)
      reasons.push({ message: `${name} is empty: packets that enter it are not sent anywhere` });
  }
  return reasons;
}

/** Up to 1.23, the chain for traffic from outside contains a comment about it. */
function hasNoneHere(index: RuleIndex, { chains }: FoundServicePort): boolean {
  return index.chain('nat', chains.get('localOld') ?? '')?.rules.some(saysNoneIsLocal) === true;
}

/** Problems that affect all Services of a node. */
function wayFaults(index: RuleIndex): Reason[] {
  if (isOfIpvs(index)) return [];
  return unhooked(index, 'nat')
    .filter((message) => message.includes(' PREROUTING '))
    .map((message) => ({ message: message.replace('table nat: ', '') }));
}

function nodePortFaults(index: RuleIndex, { addresses }: FoundServicePort): Reason[] {
  const isBroken = addresses.some(({ kind }) => kind === 'nodePort') && unhookedNodePorts(index) !== undefined;
  return isBroken ? [{ message: nodePortsFault }] : [];
}

/** An iptables too old for the rules omitted their ports. */
function lostPortReasons({ entries }: FoundServicePort): Reason[] {
  const lost = entries.filter(({ rule }) => lostItsPort(rule));
  const [first] = lost;
  return first === undefined
    ? []
    : [
        {
          message:
            `the dump does not show the port of ${count(lost.length, 'rule')} that ${lost.length === 1 ? 'leads' : 'lead'} to it ` +
            `(rule ${first.number} of ${first.chain}): iptables before 1.8.8 cannot print rules of a newer version; write the dump with a newer one`,
        },
      ];
}

/** An iptables too old for the rules could not print their destinations. */
function hiddenReasons(view: FamilyView, found: FoundServicePort): Reason[] {
  const hidden = hiddenEndpoints(view, found);
  return hidden === 0
    ? []
    : [
        {
          message:
            `the dump does not show the address of ${count(hidden, 'endpoint')} ([unsupported revision]): an iptables ` +
            'older than the rules printed it; write the dump with the iptables of kube-proxy',
        },
      ];
}

/** The last rule of a balancing chain gets the rest of the connections; if it is missing, the rest is not forwarded. */
function lostShares(index: RuleIndex, { chains }: FoundServicePort): Reason[] {
  if (index.isPartial('nat')) return [];
  return (['cluster', 'local'] as const).flatMap((kind) => {
    const name = chains.get(kind) ?? '';
    const lost = lostShare(index.chain('nat', name)?.rules ?? []);
    return lost < 1e-6
      ? []
      : [
          {
            message:
              `${percent(lost)} % of connections match no rule of ${name} and reach no endpoint: ` +
              'the last rule of a balancing chain should match the rest',
          },
        ];
  });
}

/** `has no local endpoints`: packets are dropped, not rejected, so that clients try another node. */
function isLocalDrop(rule: Rule): boolean {
  const { target } = rule;
  return target?.kind === 'verdict' && target.verdict === 'DROP' && saysNoneIsLocal(rule);
}

/** Differences between the rules of a dump and the manifests. */
function driftReasons(
  view: FamilyView,
  found: FoundServicePort,
  state: ServicePortState,
  slices: readonly EndpointSlice[],
): Reason[] {
  if (slices.length === 0 || !slices.every(isGiven)) return [];
  const inRules = new Set(endpointsInRules(view, found));
  const wanted = new Set(state.reachable.map(({ hostPort }) => hostPort));
  const stale = [...inRules].filter((endpoint) => !wanted.has(endpoint)).map((endpoint) => plain(endpoint));
  const missing = [...wanted].filter((endpoint) => !inRules.has(endpoint)).map((endpoint) => plain(endpoint));
  return [
    ...(stale.length === 0
      ? []
      : [
          {
            message:
              `the rules send to ${count(stale.length, 'endpoint')} that the manifests do not have here ` +
              `(${someOf(stale, 3)}): the rules are older, or kube-proxy does not keep them up to date`,
          },
        ]),
    ...(missing.length === 0
      ? []
      : [
          {
            message:
              `the rules lack ${count(missing.length, 'endpoint')} that the manifests have ` +
              `(${someOf(missing, 3)}): the rules are older, or kube-proxy does not keep them up to date`,
          },
        ]),
  ];
}

/** Endpoints that are cluster IPs, for instance when one Service refers to another. */
function virtualReasons(view: FamilyView, found: FoundServicePort): Reason[] {
  if (virtualAddresses(view.found).size === 0) return [];
  return endpointsInRules(view, found)
    .flatMap((endpoint) => {
      const of = virtualServiceAt(view.found, endpoint);
      return of === undefined ? [] : [{ message: `the endpoint ${virtualEndpointWords(endpoint, of)}` }];
    })
    .slice(0, 3);
}

/** If two Services claim one address and port, the first rule gets all packets. */
function shadowReasons({ index }: FamilyView, found: FoundServicePort): Reason[] {
  const chain = index.chain('nat', 'KUBE-SERVICES');
  if (chain === undefined) return [];
  const own = new Set(found.chains.values());
  return found.entries.flatMap(({ table, chain: name, rule }) => {
    const { protocol, address, port } = destinationOf(rule.matches);
    if (
      table !== 'nat' ||
      name !== 'KUBE-SERVICES' ||
      protocol === undefined ||
      address === undefined ||
      port === undefined ||
      !own.has(jumpsTo(rule) ?? '')
    )
      return [];
    const first = index
      .candidates(chain, protocol, address, port)
      .find((one) => isSameClaim(one, protocol, address, port));
    const to = first === undefined ? undefined : jumpsTo(first);
    if (first === undefined || to === undefined || own.has(to)) return [];
    return [
      {
        message:
          `an earlier rule sends packets to ${plain(address)}, ${protocol.toUpperCase()} port ${port}, ` +
          `to ${readNote(first).name?.text ?? to}, which also claims it`,
      },
    ];
  });
}

function isSameClaim(rule: Rule, protocol: string, address: string, port: number): boolean {
  const there = destinationOf(rule.matches);
  return (
    there.protocol === protocol &&
    there.address === address &&
    there.port === port &&
    readServiceChainName(jumpsTo(rule) ?? '') !== undefined
  );
}
