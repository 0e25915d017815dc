import { emptyServiceChains, endpointChainsWithoutNat } from '../../explain/rules/faults.js';
import { plain } from '../../explain/words/plain.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import type { Chain } from '../../nftables/types.js';
import { kubeProxyTables, serviceOfTableChain } from '../model/kube-proxy-tables.js';
import { unreachedChainsOf } from '../model/nftables.js';
import { natTable, without } from '../model/example-dumps.js';
import { serviceOfChain } from '../model/services.js';
import type { NodeRule } from '../rule.js';

export const emptyServiceChain: NodeRule = {
  id: 'node/empty-service-chain',
  severity: 'error',
  documentation: {
    summary: "A Service's chain is empty although rules lead to it",
    why: `kube-proxy writes the jump to a Service's chain and what is in it together. Where the chain is empty, it was flushed by somebody else, or a sync was cut
short: what enters it comes back unchanged, with the Service's address as its destination, which no machine has. Connections time out.`,
    remedy: 'Restart kube-proxy on this node; if it comes back, look for what flushes chains.',
    bad: natTable(without('-A KUBE-SVC-')),
    good: natTable(),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go, writeServiceToEndpointRules'],
  },
  *check(context) {
    const { families } = context;
    for (const family of families)
      for (const chain of endpointChainsWithoutNat(family.index))
        yield {
          place: family.placeOfChain(chain),
          message: `No rule of ${plain(chain.name)} sends to its endpoint (DNAT), so that what enters it is not sent anywhere.`,
          service: serviceOfChain(family, chain.name),
        };
    for (const family of families)
      for (const chain of family.index.tableNames.flatMap((table) => emptyServiceChains(family.index, table)))
        yield {
          place: family.placeOfChain(chain),
          message: `The chain ${plain(chain.name)} is empty, so that what enters it is not sent anywhere.`,
          service: serviceOfChain(family, chain.name),
        };
    for (const { table, placeOfChain } of kubeProxyTables(context)) {
      const unreached = new Set(unreachedChainsOf(table.table));
      for (const chain of table.chains) {
        if (unreached.has(chain) || !sendsNothing(chain)) continue;
        yield {
          place: placeOfChain(chain.name),
          message: `No rule of the chain ${plain(chain.name)} sends to an endpoint, so that what enters it is not sent anywhere.`,
          service: serviceOfTableChain(chain.name),
        };
      }
    }
  },
};

/** A chain of a Service without rules, or of an endpoint without DNAT. */
function sendsNothing({ name, rules }: Chain): boolean {
  const kind = readServiceChainName(name)?.kind;
  if (kind === undefined) return false;
  return kind === 'endpoint' ? !JSON.stringify(rules).includes('"kind":"dnat"') : rules.length === 0;
}
