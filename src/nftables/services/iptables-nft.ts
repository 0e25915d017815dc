import type { NodeContent } from '../../node/content.js';
import type { Table } from '../types.js';

const names: ReadonlySet<string> = new Set(['nat', 'filter', 'mangle', 'raw', 'security']);

/**
 * Whether kube-proxy's iptables rules are known only from `nft -j`. Of extensions of iptables (DNAT, addrtype, statistic,
 * comments) it prints nothing but the names: `{"xt": {"type": "target", "name": "DNAT"}}`.
 */
export function isListedByNftOnly({ ruleSet, nftables = [] }: NodeContent): boolean {
  return ruleSet.tables.length === 0 && nftables.some(hasKubeServices);
}

/** Whether a table is one of iptables-nft, by its name and family. */
export function isIptablesTable({ family, name }: Pick<Table, 'family' | 'name'>): boolean {
  return (family === 'ip' || family === 'ip6') && names.has(name);
}

/** Whether kube-proxy's iptables rules are in an nftables table. */
export function hasKubeServices(table: Table): boolean {
  return isIptablesTable(table) && table.parts.some((part) => part.kind === 'chain' && part.name === 'KUBE-SERVICES');
}
