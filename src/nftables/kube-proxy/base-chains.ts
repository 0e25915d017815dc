import type { KubernetesVersion } from '../../cluster/version.js';
import type { BaseChain, Statement } from '../types.js';
import { has } from './changes.js';
import { isNew } from './vocabulary.js';

/** A chain that a hook of the kernel calls. At the same hook, the chain with the lower priority runs first. */
export interface BaseChainFacts {
  readonly name: string;
  readonly type: BaseChain['type'];
  readonly hook: BaseChain['hook'];
  readonly priority: number;
}

/** A rule of a base chain that jumps to another chain. */
interface Jump {
  readonly from: string;
  readonly to: string;
  readonly conditions: readonly Statement[];
}

const dnat = -100;
const srcnat = 100;
const beforeDnat = dnat - 10;
const afterDnat = dnat + 10;

const natChains: readonly BaseChainFacts[] = [
  { name: 'nat-prerouting', type: 'nat', hook: 'prerouting', priority: dnat },
  { name: 'nat-output', type: 'nat', hook: 'output', priority: dnat },
  { name: 'nat-postrouting', type: 'nat', hook: 'postrouting', priority: srcnat },
];

const filterChains: readonly BaseChainFacts[] = [
  { name: 'filter-prerouting-pre-dnat', type: 'filter', hook: 'prerouting', priority: beforeDnat },
  { name: 'filter-output-pre-dnat', type: 'filter', hook: 'output', priority: beforeDnat },
  { name: 'filter-input', type: 'filter', hook: 'input', priority: 0 },
  { name: 'filter-forward', type: 'filter', hook: 'forward', priority: 0 },
  { name: 'filter-output', type: 'filter', hook: 'output', priority: 0 },
];

const filterChainsTo132: readonly BaseChainFacts[] = [
  { name: 'filter-prerouting', type: 'filter', hook: 'prerouting', priority: beforeDnat },
  { name: 'filter-input', type: 'filter', hook: 'input', priority: beforeDnat },
  { name: 'filter-forward', type: 'filter', hook: 'forward', priority: beforeDnat },
  { name: 'filter-output', type: 'filter', hook: 'output', priority: beforeDnat },
  { name: 'filter-output-post-dnat', type: 'filter', hook: 'output', priority: afterDnat },
];

/** The base chains in kube-proxy's order. */
export function baseChains(version: KubernetesVersion): readonly BaseChainFacts[] {
  return [...(has(version, 'filtersAfterDnat') ? filterChains : filterChainsTo132), ...natChains];
}

/** The jumps in kube-proxy's order (nftablesJumpChains). */
export function jumps(version: KubernetesVersion): readonly Jump[] {
  const isSplit = has(version, 'filtersAfterDnat');
  const news = (from: string, to: string): Jump => ({ from, to, conditions: [isNew] });
  const all = (from: string, to: string): Jump => ({ from, to, conditions: [] });
  return [
    news('filter-input', 'nodeport-endpoints-check'),
    news('filter-input', 'service-endpoints-check'),
    news('filter-forward', 'service-endpoints-check'),
    news('filter-output', 'service-endpoints-check'),
    news(isSplit ? 'filter-prerouting-pre-dnat' : 'filter-prerouting', 'firewall-check'),
    news(isSplit ? 'filter-output-pre-dnat' : 'filter-output', 'firewall-check'),
    all('nat-output', 'services'),
    all('nat-prerouting', 'services'),
    all('nat-postrouting', 'masquerading'),
    news('filter-forward', 'cluster-ips-check'),
    news(isSplit ? 'filter-output' : 'filter-output-post-dnat', 'cluster-ips-check'),
  ];
}
