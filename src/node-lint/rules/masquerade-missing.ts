import { marksNothing, masqueradeFault } from '../../explain/rules/masquerading.js';
import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import { masqueradeFaultOf } from '../../nftables/services/node-rules.js';
import { kubeProxyTables } from '../model/kube-proxy-tables.js';
import { natTable, without } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';
import { capitalised } from '../../diagnostics/words.js';

export const masqueradeMissing: NodeRule = {
  id: 'node/masquerade-missing',
  severity: 'error',
  documentation: {
    summary: 'Packets that kube-proxy marked for masquerading keep their source address',
    why: `kube-proxy marks what must get the node's address (0x4000, unless configured otherwise): connections from outside that it sends on to another node, and Pods that call
themselves through their Service. KUBE-POSTROUTING then masquerades them. Where POSTROUTING does not jump there, that chain has no such rule, or KUBE-MARK-MASQ was flushed, answers go straight to the client,
which did not ask that address: the connections time out, while those from Pod to Pod still work.`,
    remedy: 'Restart kube-proxy on this node, and stop whatever flushes POSTROUTING.',
    bad: natTable(without('-A POSTROUTING')),
    good: natTable(),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go, kubePostroutingChain', 'kubernetes/kubernetes#112477'],
  },
  *check(context) {
    for (const family of context.families) {
      const fault = masqueradeFault(family.index);
      const flushed = marksNothing(family.index) ? family.index.chain('nat', 'KUBE-MARK-MASQ') : undefined;
      const chain =
        flushed ?? family.index.chain('nat', 'KUBE-POSTROUTING') ?? family.index.chain('nat', 'POSTROUTING');
      if (fault === undefined || chain === undefined || chain.rules.some(lostItsMark)) continue;
      yield { place: family.placeOfChain(chain), message: `${capitalised(fault)}.` };
    }
    for (const { table, placeOfChain } of kubeProxyTables(context)) {
      const fault = masqueradeFaultOf(table);
      if (fault !== undefined) yield { place: placeOfChain('masquerading'), message: `${capitalised(fault)}.` };
    }
  },
};
