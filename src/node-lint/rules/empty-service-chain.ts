import { emptyServiceChains, endpointChainsWithoutNat } from '../../explain/rules/faults.js';
import { plain } from '../../explain/words/plain.js';
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
  *check({ families }) {
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
  },
};
