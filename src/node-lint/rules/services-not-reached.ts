import { unhookedNodePorts, unhookedServices, unhookedWords } from '../../explain/rules/faults.js';
import { nodePortsFault } from '../../explain/rules/leftovers.js';
import { hooksWithoutServices } from '../../nftables/services/node-rules.js';
import { kubeProxyTables } from '../model/kube-proxy-tables.js';
import { tableName } from '../model/nftables-words.js';
import { natTable, without } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';
import { capitalised } from '../../diagnostics/words.js';

export const servicesNotReached: NodeRule = {
  id: 'node/services-not-reached',
  severity: 'error',
  documentation: {
    summary: 'PREROUTING or OUTPUT does not lead to KUBE-SERVICES, so that packets reach no Service',
    why: `kube-proxy puts a jump to KUBE-SERVICES first into PREROUTING and OUTPUT of table nat, and puts it back at every full sync. Where it is missing, somebody flushed or
restored these chains: connections from Pods and from outside (PREROUTING), or those of the node itself (OUTPUT), keep the Service's address as their destination, which no
machine has. In IPVS mode, where virtual servers balance, KUBE-SERVICES marks what must be masqueraded, and without the jump answers go past the node. In nftables mode the hooks of nat lead to the map service-ips.
KUBE-SERVICES in its turn ends in a jump to KUBE-NODEPORTS: without it no node port works. That is an **info**, as kube-proxy writes none where \`nodePortAddresses\` holds no address of the node.`,
    remedy:
      'Restart kube-proxy on this node, and stop whatever restores the tables behind its back (`iptables-restore` without `--noflush`).',
    bad: natTable(without('-A PREROUTING')),
    good: natTable(),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go, iptablesJumpChains'],
  },
  *check(context) {
    const { families } = context;
    for (const family of families) {
      const nodePorts = unhookedNodePorts(family.index);
      if (nodePorts === undefined) continue;
      const message = `${capitalised(nodePortsFault)}.`;
      // kube-proxy writes no rules if nodePortAddresses matches no address of the node.
      yield { place: family.placeOfChain(nodePorts), message, severity: 'info' };
    }
    for (const family of families)
      for (const hook of unhookedServices(family.index)) {
        const chain = family.index.chain('nat', hook);
        if (chain === undefined) continue;
        yield {
          place: family.placeOfChain(chain),
          message: `No rule of ${hook} jumps to KUBE-SERVICES, so that ${unhookedWords(family.index, hook)}; restart kube-proxy.`,
        };
      }
    for (const { table, placeOfChain } of kubeProxyTables(context)) {
      const name = tableName(table.table);
      if (table.table.flags?.includes('dormant') === true)
        yield { place: placeOfChain(''), message: `The ${name} is dormant, so that none of its rules are in force.` };
      for (const hook of hooksWithoutServices(table))
        yield {
          place: placeOfChain(`nat-${hook}`),
          message:
            `No rule of hook ${hook} leads to the map service-ips of ${name}, so that ` +
            `${hook === 'output' ? 'what the node itself sends' : 'what comes in'} reaches no Service; restart kube-proxy.`,
        };
    }
  },
};
