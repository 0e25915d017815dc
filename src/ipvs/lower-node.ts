import { defaultVersion, type KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import { comment, jump } from '../iptables/lower/matches.js';
import { builtIn, tableOf } from '../iptables/lower/node.js';
import type { Rule, RuleSet } from '../iptables/types.js';

/**
 * The jumps in the built-in chains, in their final order: kube-proxy inserts each at the head (iptablesJumpChain in
 * pkg/proxy/ipvs/proxier.go).
 */
const filterJumps: readonly Rule[] = [
  link('INPUT', 'kubernetes ipvs access filter', 'KUBE-IPVS-FILTER'),
  link('INPUT', 'kube-proxy firewall rules', 'KUBE-PROXY-FIREWALL'),
  link('INPUT', 'kubernetes health check rules', 'KUBE-NODE-PORT'),
  link('FORWARD', 'kube-proxy firewall rules', 'KUBE-PROXY-FIREWALL'),
  link('FORWARD', 'kubernetes forwarding rules', 'KUBE-FORWARD'),
  link('OUTPUT', 'kubernetes ipvs access filter', 'KUBE-IPVS-OUT-FILTER'),
];

const natJumps: readonly Rule[] = [
  link('PREROUTING', 'kubernetes service portals', 'KUBE-SERVICES'),
  link('OUTPUT', 'kubernetes service portals', 'KUBE-SERVICES'),
  link('POSTROUTING', 'kubernetes postrouting rules', 'KUBE-POSTROUTING'),
];

function link(chain: string, text: string, to: string): Rule {
  return { chain, matches: [comment(text)], target: jump(to) };
}

function exists(target: Rule['target'], version: KubernetesVersion): boolean {
  const chain = target?.kind === 'jump' ? target.chain : '';
  if (chain === 'KUBE-IPVS-FILTER') return has(version, 'filtersAccess');
  return chain !== 'KUBE-IPVS-OUT-FILTER' || has(version, 'filtersOutput');
}

/**
 * The tables of a clean node after the first sync, filter before nat. There are no canaries, because this mode does not
 * watch its chains.
 */
export function asInstalled(synced: RuleSet, version: KubernetesVersion = defaultVersion): RuleSet {
  const filter = tableOf(synced, 'filter');
  const nat = tableOf(synced, 'nat');
  return {
    family: synced.family,
    tables: [
      {
        name: 'filter',
        chains: [...builtIn('INPUT', 'FORWARD', 'OUTPUT'), ...filter.chains],
        rules: [...filterJumps.filter(({ target }) => exists(target, version)), ...filter.rules],
      },
      {
        name: 'nat',
        chains: [...builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'), ...nat.chains],
        rules: [...natJumps, ...nat.rules],
      },
    ],
  };
}
