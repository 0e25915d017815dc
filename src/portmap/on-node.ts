import { builtIn, tableOf } from '../iptables/lower/node.js';
import type { RuleSet } from '../iptables/types.js';
import type { NodeContent } from '../node/content.js';
import { portmapRules } from './iptables.js';
import { portmapTables } from './nftables.js';
import type { PortmapAdd, PortmapVersion } from './types.js';

/**
 * A node on which Pods with host ports were started after kube-proxy. The rules are in the iptables form, or in the
 * nftables form if kube-proxy uses nftables.
 */
export function withPortmap(content: NodeContent, adds: readonly PortmapAdd[], version: PortmapVersion): NodeContent {
  if (adds.length === 0) return content;
  if (content.nftables === undefined || version === '1.3')
    return { ...content, ruleSet: withRules(content.ruleSet, adds) };
  const tables = portmapTables(adds, version, [content.family]) ?? [];
  return { ...content, nftables: [...content.nftables, ...tables] };
}

function withRules(ruleSet: RuleSet, adds: readonly PortmapAdd[]): RuleSet {
  const { chains, first, rules } = portmapRules(adds, ruleSet.family);
  if (chains.length === 0) return ruleSet;
  const nat = tableOf(ruleSet, 'nat');
  const before = nat.chains.length > 0 ? nat.chains : builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING');
  const table = {
    name: nat.name,
    chains: [...before, ...chains.map((name) => ({ name }))],
    rules: [...first, ...nat.rules, ...rules],
  };
  const others = ruleSet.tables.filter(({ name }) => name !== 'nat');
  return { ...ruleSet, tables: [...others, table] };
}
