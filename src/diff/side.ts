import { lower as lowerIptables } from '../iptables/lower.js';
import { asInstalled } from '../iptables/lower-node.js';
import type { Rule, RuleSet } from '../iptables/types.js';
import { lower as lowerIpvs } from '../ipvs/lower.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import { normaliseAddress } from '../net/address.js';
import type { ProxyState } from '../proxy/state.js';

/** How rules balance. `none`: they hold nothing of kube-proxy's. */
export type RulesMode = 'iptables' | 'ipvs' | 'userspace' | 'none';

/** One family's rules on one side of a comparison. */
export interface SideRules {
  readonly mode: RulesMode;
  readonly ruleSet: RuleSet;
  /** IPVS only. */
  readonly sets: readonly IpSet[];
  readonly virtualServers: readonly VirtualServer[];
  /** What the rules were lowered from; absent for dumps. */
  readonly state?: ProxyState;
}

/** One side of a comparison: rules that manifests lead to, or those of a node. */
export interface Side {
  /** As given on the command line. */
  readonly name: string;
  readonly kind: 'manifests' | 'dump';
  /** One entry for each family at most. */
  readonly families: readonly SideRules[];
  /** What no node should be like, such as rules of two backends; a sentence each. */
  readonly problems: readonly string[];
  /** What helps to understand the side; a sentence each. */
  readonly hints: readonly string[];
}

/** What kube-proxy would program for a state, as a side. */
export function rulesOfState(state: ProxyState, mode: 'iptables' | 'ipvs'): SideRules {
  if (mode === 'iptables')
    return { mode, ruleSet: asStored(asInstalled(lowerIptables(state))), sets: [], virtualServers: [], state };
  const { installed, sets, virtualServers } = lowerIpvs(state);
  return { mode, ruleSet: installed, sets, virtualServers, state };
}

/** kube-proxy up to 1.31 writes endpoints as their slices do; the kernel keeps addresses, not how they were written. */
function asStored({ family, tables }: RuleSet): RuleSet {
  return {
    family,
    tables: tables.map((table) =>
      table.name === 'nat' ? { ...table, rules: table.rules.map(withStoredDestination) } : table,
    ),
  };
}

function withStoredDestination(rule: Rule): Rule {
  const { target } = rule;
  if (target?.kind !== 'destinationNat' || !/^\[|(?:^|\.)0\d/.test(target.to)) return rule;
  const [, bracketed, bare = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(target.to) ?? [];
  const address = normaliseAddress(bracketed ?? bare);
  return address === undefined
    ? rule
    : {
        chain: rule.chain,
        matches: rule.matches,
        target: { ...target, to: bracketed === undefined ? `${address}:${port}` : `[${address}]:${port}` },
      };
}

/** Rules of a dump as a side. */
export function rulesOfDump(
  ruleSet: RuleSet,
  sets: readonly IpSet[],
  virtualServers: readonly VirtualServer[],
): SideRules {
  return { mode: modeOf(ruleSet, virtualServers), ruleSet, sets, virtualServers };
}

function modeOf(ruleSet: RuleSet, virtualServers: readonly VirtualServer[]): RulesMode {
  const names = new Set(ruleSet.tables.flatMap(({ chains }) => chains.map(({ name }) => name)));
  if (virtualServers.length > 0 || names.has('KUBE-IPVS-FILTER') || names.has('KUBE-LOAD-BALANCER')) return 'ipvs';
  if (names.has('KUBE-PORTALS-CONTAINER')) return 'userspace';
  return names.has('KUBE-SERVICES') ? 'iptables' : 'none';
}
