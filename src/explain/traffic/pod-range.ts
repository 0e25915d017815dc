/** Recognises Pods from other programs' rules, if kube-proxy is not configured to recognise them. */
import type { Match, Rule } from '../../iptables/types.js';
import { parseAddress, parsePrefix, prefixContains, type Address, type Prefix } from '../../net/address.js';
import type { HostFacts } from '../../proxy/host.js';
import { leadsToPods } from '../../walk/pod-interfaces.js';
import type { RuleIndex } from '../rules/rule-index.js';
import { readServiceChainName } from '../rules/service-chain.js';
import { hostOf } from '../words/host-port.js';

/** How many endpoints are compared with a range. */
const mostEndpoints = 1_000;

/**
 * The Pod range of a network plugin: a nat rule masquerades packets that leave the range or enter it (`-s R ! -d R`, `!
 * -s R -d R`, as Weave Net, Flannel and others write), and an endpoint of a Service is in it. Undefined if there is no
 * such rule. Linear in the rules of nat.
 */
export function podRangeOfOthers(index: RuleIndex): Prefix | undefined {
  const chains = index.chains('nat');
  const endpoints = chains
    .filter(({ name }) => readServiceChainName(name)?.kind === 'endpoint')
    .slice(0, mostEndpoints)
    .flatMap(({ rules }) => rules.flatMap(endpointOf));
  for (const { name, rules } of chains) {
    if (name.startsWith('KUBE-')) continue;
    for (const rule of rules) {
      const range = borderOf(rule);
      if (range !== undefined && endpoints.some((endpoint) => prefixContains(range, endpoint))) return range;
    }
  }
  return undefined;
}

function endpointOf({ target }: Rule): Address[] {
  const address = target?.kind === 'destinationNat' ? parseAddress(hostOf(target.to)) : undefined;
  return address === undefined ? [] : [address];
}

/** The range with a border that packets masqueraded by a rule cross. */
function borderOf({ target, matches }: Rule): Prefix | undefined {
  if (target?.kind !== 'masquerade' && target?.kind !== 'sourceNat') return undefined;
  const source = sideOf(matches, 'source');
  const destination = sideOf(matches, 'destination');
  if (source?.prefix !== destination?.prefix || source?.isNegated === destination?.isNegated) return undefined;
  return parsePrefix(source?.prefix ?? '');
}

function sideOf(
  matches: readonly Match[],
  side: 'source' | 'destination',
): { readonly prefix: string; readonly isNegated: boolean } | undefined {
  for (const match of matches)
    if (match.kind === side) return { prefix: match.prefix, isNegated: match.negated === true };
  return undefined;
}

/**
 * The interface of a node that leads to its Pods: one with a subnet in their range (a bridge), else one with a network
 * plugin's name. Undefined if the facts contain none.
 */
export function podInterfaceOfHost(host: HostFacts | undefined, podRange: Prefix | undefined): string | undefined {
  const interfaces = host?.interfaces ?? [];
  const isWithin = (text: string): boolean => {
    const subnet = parsePrefix(text);
    const isSubnet = subnet !== undefined && subnet.length < (subnet.family === 'ipv4' ? 32 : 128);
    return isSubnet && podRange?.family === subnet.family && prefixContains(podRange, subnet);
  };
  const bridge = interfaces.find(({ addresses }) => addresses.some(isWithin));
  return (bridge ?? interfaces.find(({ name }) => leadsToPods(name)))?.name;
}

/** An interface of Pods in `-i` of rules other than kube-proxy's; undefined if there is none. */
export function podInterfaceOfOthers(index: RuleIndex): string | undefined {
  for (const table of index.tableNames)
    for (const { name, rules } of index.chains(table)) {
      if (name.startsWith('KUBE-')) continue;
      for (const { matches } of rules)
        for (const match of matches)
          if (match.kind === 'inInterface' && leadsToPods(match.name)) return match.name.replace(/\+$/, '0');
    }
  return undefined;
}
