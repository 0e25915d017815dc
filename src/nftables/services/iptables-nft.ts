import type { NodeContent } from '../../node/content.js';
import type { Table } from '../types.js';

const names: ReadonlySet<string> = new Set(['nat', 'filter', 'mangle', 'raw', 'security']);

/**
 * Whether kube-proxy's iptables rules are known by what `nft` lists of them alone. It leaves out matches and comments that
 * it has no words for, so that Services go without names (iptables-nft, nft/nft-shared.c).
 */
export function isListedByNftOnly({ ruleSet, nftables = [] }: NodeContent): boolean {
  return ruleSet.tables.length === 0 && nftables.some(isIptablesTable);
}

function isIptablesTable({ family, name, parts }: Table): boolean {
  return (
    (family === 'ip' || family === 'ip6') &&
    names.has(name) &&
    parts.some((part) => part.kind === 'chain' && part.name === 'KUBE-SERVICES')
  );
}
