import { lostShare, sharesOf } from '../../explain/rules/shares.js';
import { percent } from '../../explain/words/numbers.js';
import { plain } from '../../explain/words/plain.js';
import { balancingChains } from '../model/balancing.js';
import { kubeProxyTables, numberedShares, serviceOfTableChain } from '../model/kube-proxy-tables.js';
import { threeEndpoints } from '../model/example-balancing.js';
import { serviceOfChain } from '../model/services.js';
import type { NodeRule } from '../rule.js';

export const lostShareRule: NodeRule = {
  id: 'node/lost-share',
  severity: 'error',
  documentation: {
    summary: "A balancing chain sends a part of a Service's connections nowhere",
    why: `kube-proxy lets each rule of KUBE-SVC-… pick its share by chance, and the last one take the rest. Where the last rule has a chance, too, or is gone, what no rule picks comes back with
the Service's address as its destination, which no machine has: that share of the connections times out, at random. Rules of endpoints were removed by hand or lost in a restore, or the
dump was cut.`,
    remedy: 'Restart kube-proxy on this node; it writes the chain anew.',
    bad: threeEndpoints('0.33333333349', '0.50000000000', '0.50000000000'),
    good: threeEndpoints('0.33333333349', '0.50000000000', ''),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go, writeServiceToEndpointRules', 'net/netfilter/xt_statistic.c'],
  },
  *check(context) {
    for (const family of context.families)
      for (const chain of balancingChains(family)) {
        const lost = lostShare(chain.rules);
        const last = sharesOf(chain.rules).at(-1);
        if (lost < 1e-6 || last === undefined) continue;
        yield {
          place: family.placeOf({ chain, number: last.number, rule: last.rule }),
          message:
            `${percent(lost)} % of connections are picked by no rule of ${plain(chain.name)} and are sent nowhere: the last rule ` +
            'should take the rest; restart kube-proxy.',
          service: serviceOfChain(family, chain.name),
        };
      }
    for (const { table, placeOfChain } of kubeProxyTables(context))
      for (const { chain, modulus, targets } of numberedShares(table)) {
        const lost = modulus - [...targets.values()].reduce((sum, count) => sum + count, 0);
        if (lost <= 0) continue;
        yield {
          place: placeOfChain(chain.name),
          message:
            `${percent(lost / modulus)} % of connections that enter ${plain(chain.name)} are sent nowhere: of ${modulus} random numbers ` +
            `${lost} ${lost === 1 ? 'leads' : 'lead'} to no endpoint; restart kube-proxy.`,
          service: serviceOfTableChain(chain.name),
        };
      }
  },
};
