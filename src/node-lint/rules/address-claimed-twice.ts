import { claimedTwice } from '../../explain/rules/faults.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import { plain } from '../../explain/words/plain.js';
import { natTable } from '../model/example-dumps.js';
import { serviceOfChain } from '../model/services.js';
import type { FamilyContext } from '../context.js';
import type { NodeRule } from '../rule.js';

const second = (address: string): string =>
  `-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment "shop/api external IP" -m tcp --dport 80 -j KUBE-EXT-BD2HPVFZ7SPDQ4D3
-A KUBE-EXT-BD2HPVFZ7SPDQ4D3 -m comment --comment "masquerade traffic for shop/api external destinations" -j KUBE-MARK-MASQ`;
const twoServices = (address: string): string =>
  natTable((rules) => [':KUBE-EXT-BD2HPVFZ7SPDQ4D3 - [0:0]', ...rules, second(address)]);

export const addressClaimedTwice: NodeRule = {
  id: 'node/address-claimed-twice',
  severity: 'warning',
  documentation: {
    summary: 'Two Services claim one address and port; the second rule never matches',
    why: `Two Services with the same external IP or load-balancer IP and the same port have a rule each in KUBE-SERVICES, and the first one takes all connections. Which one is
first differs by node and may change with every sync: clients reach the one Service through this node and the other through the next.

It is an **info** where one Service has the address twice, as an external IP and by its load balancer.`,
    remedy: 'Give one of the Services another address or port.',
    bad: twoServices('10.96.0.50'),
    good: twoServices('203.0.113.7'),
    sources: [
      'kube-proxy, pkg/proxy/iptables/proxier.go, syncProxyRules (order of a Go map)',
      'kubernetes/kubernetes#114766',
    ],
  },
  *check({ families }) {
    for (const family of families)
      for (const { first, second } of claimedTwice(family.index)) {
        const [taken, lost] = [first, second].map(({ rule }) => nameOf(family, jumpsTo(rule) ?? ''));
        const isOwn = taken === lost;
        yield {
          place: family.placeOf(second),
          severity: isOwn ? 'info' : 'warning',
          message: isOwn
            ? `This rule for ${lost ?? ''} never matches, as rule ${first.number} of KUBE-SERVICES is for the same address and port: the Service has the address twice, as an external IP and by its load balancer.`
            : `This rule for ${lost ?? ''} never matches, as rule ${first.number} of KUBE-SERVICES takes the same address and port ` +
              `for ${taken ?? ''}: give one of them another address or port.`,
          service: serviceOfChain(family, jumpsTo(second.rule) ?? ''),
        };
      }
  },
};

function nameOf(family: FamilyContext, chain: string): string {
  return family.serviceOf(chain)?.name?.text ?? plain(chain);
}
