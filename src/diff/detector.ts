import { RuleIndex } from '../explain/rules/rule-index.js';
import { detectorOf, type PodDetector } from '../explain/traffic/clients.js';
import { kubeProxyTable } from '../nftables/services/kube-proxy-table.js';
import { detectorOfTable } from '../nftables/services/node-rules.js';
import type { NodeContent } from '../node/content.js';

/** How a node's rules recognise packets from Pods, in any mode; undefined if no rule does. */
export function detectorOfRules(content: NodeContent, index?: RuleIndex): PodDetector | undefined {
  const table = kubeProxyTable(content);
  return table === undefined ? detectorOf(index ?? new RuleIndex(content.ruleSet)) : detectorOfTable(table);
}
