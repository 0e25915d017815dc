/** Pods as other programs' rules know them, for rules of a kube-proxy that was not told. */
import type { Match, Rule } from '../../iptables/types.js';
import { parseAddress, parsePrefix, prefixContains, type Address, type Prefix } from '../../net/address.js';
import type { HostFacts } from '../../proxy/host.js';
import { leadsToPods } from '../../walk/pod-interfaces.js';
import type { RuleIndex } from '../rules/rule-index.js';
import { readServiceChainName } from '../rules/service-chain.js';
import { hostOf } from '../words/host-port.js';

/** Endpoints enough to know a range of Pods by. */
const mostEndpoints = 1_000;

/**
 * The range that a network plugin gives its Pods: what a rule of nat masquerades on its way out of the range or into it
 * (`-s R ! -d R`, `! -s R -d R`, as Weave Net, Flannel and others write), if an endpoint of a Service is in it. Undefined
 * where no rule tells. Linear in the rules of nat.
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

/** The range whose border the packets that a rule masquerades cross. */
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
 * The interface of a node that leads to its Pods: one with a subnet in their range (a bridge), else one that has a network
 * plugin's name. Undefined where the facts tell none.
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

/** An interface of Pods that rules of others than kube-proxy ask for with `-i`; undefined where none does. */
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
