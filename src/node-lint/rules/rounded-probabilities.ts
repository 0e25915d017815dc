import { isFiveDecimals } from '../../explain/rules/eras.js';
import { sharesOf, type RuleShare } from '../../explain/rules/shares.js';
import { plain } from '../../explain/words/plain.js';
import type { IndexedChain } from '../../explain/rules/rule-index.js';
import { balancingChains } from '../model/balancing.js';
import { threeEndpoints } from '../model/example-balancing.js';
import type { NodeRule } from '../rule.js';
import { count } from '../../diagnostics/words.js';

export const roundedProbabilities: NodeRule = {
  id: 'node/rounded-probabilities',
  severity: 'info',
  documentation: {
    summary: 'Probabilities of 5 decimals: kube-proxy 1.18 or older wrote these rules',
    why: `Up to 1.18, kube-proxy wrote probabilities with five decimals. With few endpoints that does not matter; of some 300 the last ones get a percent more than the others, of 5,000 some get 2.5 % more.
Rules of such a kube-proxy are also a sign that none runs any more that is supported.`,
    remedy: 'Upgrade the node.',
    bad: threeEndpoints('0.33332999982', '0.50000000000', ''),
    good: threeEndpoints('0.33333333349', '0.50000000000', ''),
    sources: ['kubernetes/kubernetes#94029', 'net/netfilter/xt_statistic.c'],
  },
  *check({ families }) {
    for (const family of families) {
      let first: { readonly chain: IndexedChain; readonly share: RuleShare } | undefined;
      let chains = 0;
      for (const chain of balancingChains(family)) {
        const share = sharesOf(chain.rules).find(({ rule }) =>
          rule.matches.some((match) => match.kind === 'statistic' && isFiveDecimals(match.probability)),
        );
        if (share === undefined) continue;
        chains++;
        first ??= { chain, share };
      }
      if (first === undefined) continue;
      const { chain, share } = first;
      yield {
        place: family.placeOf({ chain, number: share.number, rule: share.rule }),
        message: `${plain(chain.name)}${chains === 1 ? '' : ` and ${count(chains - 1, 'other')}`} balance${chains === 1 ? 's' : ''} by probabilities of 5 decimals: kube-proxy 1.18 or older wrote them; upgrade the node.`,
      };
    }
  },
};
