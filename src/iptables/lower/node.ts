import { defaultVersion, type KubernetesVersion } from '../../cluster/version.js';
import { has } from '../changes.js';
import { comment, jump } from './matches.js';
import type { RuleSink } from '../rule-sink.js';
import type { Chain, Match, Rule, RuleSet, Table } from '../types.js';

const portals = 'kubernetes service portals';
const externalPortals = 'kubernetes externally-visible service portals';
const firewall = 'kubernetes load balancer firewall';
const isNew: Match = { kind: 'conntrackState', states: ['NEW'] };

/**
 * kube-proxy's jumps in the built-in chains, in their final order: kube-proxy inserts each at the head
 * (pkg/proxy/iptables/proxier.go, iptablesJumpChains). The jump to KUBE-FIREWALL exists even if that chain is empty.
 */
const filterJumps: readonly Rule[] = [
  { chain: 'INPUT', matches: [], target: jump('KUBE-FIREWALL') },
  { chain: 'INPUT', matches: [isNew, comment(firewall)], target: jump('KUBE-PROXY-FIREWALL') },
  { chain: 'INPUT', matches: [comment('kubernetes health check service ports')], target: jump('KUBE-NODEPORTS') },
  { chain: 'INPUT', matches: [isNew, comment(externalPortals)], target: jump('KUBE-EXTERNAL-SERVICES') },
  { chain: 'FORWARD', matches: [isNew, comment(firewall)], target: jump('KUBE-PROXY-FIREWALL') },
  { chain: 'FORWARD', matches: [comment('kubernetes forwarding rules')], target: jump('KUBE-FORWARD') },
  { chain: 'FORWARD', matches: [isNew, comment(portals)], target: jump('KUBE-SERVICES') },
  { chain: 'FORWARD', matches: [isNew, comment(externalPortals)], target: jump('KUBE-EXTERNAL-SERVICES') },
  { chain: 'OUTPUT', matches: [], target: jump('KUBE-FIREWALL') },
  { chain: 'OUTPUT', matches: [isNew, comment(firewall)], target: jump('KUBE-PROXY-FIREWALL') },
  { chain: 'OUTPUT', matches: [isNew, comment(portals)], target: jump('KUBE-SERVICES') },
];

function firewallChains(version: KubernetesVersion): readonly Chain[] {
  return has(version, 'ownsFirewallChain') ? [{ name: 'KUBE-FIREWALL' }] : [];
}

function filterJumpsOf(version: KubernetesVersion): readonly Rule[] {
  if (has(version, 'ownsFirewallChain')) return filterJumps;
  return filterJumps.filter(({ target }) => target?.kind !== 'jump' || target.chain !== 'KUBE-FIREWALL');
}

const natJumps: readonly Rule[] = [
  { chain: 'PREROUTING', matches: [comment(portals)], target: jump('KUBE-SERVICES') },
  { chain: 'OUTPUT', matches: [comment(portals)], target: jump('KUBE-SERVICES') },
  { chain: 'POSTROUTING', matches: [comment('kubernetes postrouting rules')], target: jump('KUBE-POSTROUTING') },
];

/** An empty chain. kube-proxy creates it in order to notice when somebody flushes the tables. */
const canary: Chain = { name: 'KUBE-PROXY-CANARY' };

const mangleChains = builtIn('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING');
const filterChains = builtIn('INPUT', 'FORWARD', 'OUTPUT');
const natChains = builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING');

/** Like {@link asInstalled}, for rules that are passed to the sink one by one. */
export function installInto(
  sink: RuleSink,
  lowerSynced: (sink: RuleSink) => void,
  version: KubernetesVersion = defaultVersion,
): void {
  for (const chain of [...mangleChains, canary]) sink.chain('mangle', chain);
  for (const chain of [...filterChains, canary, ...firewallChains(version)]) sink.chain('filter', chain);
  for (const rule of filterJumpsOf(version)) sink.rule('filter', rule);
  for (const chain of [...natChains, canary]) sink.chain('nat', chain);
  for (const rule of natJumps) sink.rule('nat', rule);
  lowerSynced(sink);
}

/**
 * The rules on a clean node after kube-proxy's first sync: the synced rules with the built-in chains, the jumps from
 * them and the canaries. Tables are in the order mangle, filter, nat.
 */
export function asInstalled(synced: RuleSet, version: KubernetesVersion = defaultVersion): RuleSet {
  const filter = tableOf(synced, 'filter');
  const nat = tableOf(synced, 'nat');
  const firewallChain = filter.chains.some((chain) => chain.name === 'KUBE-FIREWALL') ? [] : firewallChains(version);
  return {
    family: synced.family,
    tables: [
      { name: 'mangle', chains: [...mangleChains, canary], rules: [] },
      {
        name: 'filter',
        chains: [...filterChains, canary, ...firewallChain, ...filter.chains],
        rules: [...filterJumpsOf(version), ...filter.rules],
      },
      { name: 'nat', chains: [...natChains, canary, ...nat.chains], rules: natJumps.concat(nat.rules) },
    ],
  };
}

/** The built-in chains of a table on a clean node: all have policy ACCEPT. */
export function builtIn(...names: string[]): Chain[] {
  return names.map((name) => ({ name, policy: 'ACCEPT' }));
}

/** The table with this name; an empty one if there is none. */
export function tableOf(ruleSet: RuleSet, name: Table['name']): Table {
  return ruleSet.tables.find((table) => table.name === name) ?? { name, chains: [], rules: [] };
}
