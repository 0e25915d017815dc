import { discoverInTable } from '../../nftables/services/discover.js';
import { kubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import type { NodeContent } from '../../node/content.js';
import type { ServicePort } from '../../proxy/service-port.js';
import { discoverVirtualServers } from './discover-ipvs.js';
import { discoverServicePorts, type FoundServicePort } from './discover.js';
import type { RuleIndex } from './rule-index.js';

/**
 * The service ports that a node serves in one family, in any mode. `index`: of its rules; `named`: those in manifests;
 * `names`: further names to look for by hash.
 */
export function discoverServices(
  content: NodeContent,
  index: RuleIndex,
  named: readonly ServicePort[],
  names?: readonly string[],
): FoundServicePort[] {
  const table = kubeProxyTable(content);
  if (table !== undefined) return discoverInTable(table, named);
  const { virtualServers, sets } = content;
  return virtualServers.some(({ service }) => service.kind === 'address')
    ? discoverVirtualServers(virtualServers, sets, named)
    : discoverServicePorts(index, named, names);
}
