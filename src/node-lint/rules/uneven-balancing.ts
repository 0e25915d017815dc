import { lostShare, sharesOf, type RuleShare } from '../../explain/rules/shares.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import { greatest, least } from '../../diagnostics/extremes.js';
import { percent } from '../../explain/words/numbers.js';
import { plain } from '../../explain/words/plain.js';
import { balancingChains } from '../model/balancing.js';
import { kubeProxyTables, numberedShares, serviceOfTableChain } from '../model/kube-proxy-tables.js';
import { threeEndpoints } from '../model/example-balancing.js';
import { serviceOfChain } from '../model/services.js';
import { formatHostPort } from '../../explain/words/host-port.js';
import type { FamilyContext, NodeContext } from '../context.js';
import type { NodeRule } from '../rule.js';

/** With the five decimals of old kube-proxy versions, the last of 5,000 endpoints gets 2.5 % more than the others. */
const mostUneven = 0.05;

/** kube-proxy's endpoint chains have at most three rules. */
const mostRules = 8;

export const unevenBalancing: NodeRule = {
  id: 'node/uneven-balancing',
  severity: 'warning',
  documentation: {
    summary: 'A Service does not give its endpoints equal shares',
    why: `kube-proxy gives each endpoint the same chance: of three, the first rule takes 1/3, the second half of what is left, the third the rest. Where a rule was removed or added by hand, or two rules lead to one
endpoint, the shares are not equal any more, and one Pod gets a multiple of the others' connections. Rounding, of old kube-proxies too, is not reported here.`,
    remedy: 'Restart kube-proxy on this node; it writes the chain anew.',
    bad: threeEndpoints('0.50000000000', '0.50000000000', ''),
    good: threeEndpoints('0.33333333349', '0.50000000000', ''),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go, computeProbability'],
  },
  *check(context) {
    for (const family of context.families)
      for (const chain of balancingChains(family)) {
        // node/lost-share reports chains with a remaining share.
        if (lostShare(chain.rules) > 1e-6) continue;
        const shares = byEndpoint(family, sharesOf(chain.rules));
        const sum = shares.reduce((all, { share }) => all + share, 0);
        const fair = sum / shares.length;
        const most = shares.reduce<EndpointShare | undefined>(
          (best, one) => (best === undefined || one.share > best.share ? one : best),
          undefined,
        );
        const least = shares.reduce((small, { share }) => (share < small ? share : small), 1);
        if (most === undefined || (most.share < fair * (1 + mostUneven) && least > fair * (1 - mostUneven))) continue;
        yield {
          place: family.placeOf({ chain, number: most.first.number, rule: most.first.rule }),
          message:
            `${plain(chain.name)} sends ${percent(most.share)} % of connections to ${plain(most.endpoint)} and as little as ${percent(least)} % to another of its ` +
            `${shares.length} endpoints: kube-proxy gives all the same; restart it.`,
          service: serviceOfChain(family, chain.name),
        };
      }
    yield* inTables(context);
    for (const family of context.families) yield* inServers(context, family);
  },
};

interface EndpointShare {
  readonly endpoint: string;
  readonly first: RuleShare;
  share: number;
}

/** Shares by destination: two chains may lead to the same endpoint. */
function byEndpoint({ index }: FamilyContext, shares: readonly RuleShare[]): EndpointShare[] {
  const found = new Map<string, EndpointShare>();
  for (const one of shares) {
    const name = jumpsTo(one.rule) ?? '';
    const target = index
      .chain('nat', name)
      ?.rules.slice(0, mostRules)
      .find((rule) => rule.target?.kind === 'destinationNat')?.target;
    const endpoint = target?.kind === 'destinationNat' ? target.to : name;
    const known = found.get(endpoint);
    if (known === undefined) found.set(endpoint, { endpoint, first: one, share: one.share });
    else known.share += one.share;
  }
  return [...found.values()];
}

/** Of the random numbers of a chain of nftables each endpoint has one. */
function* inTables(context: NodeContext): ReturnType<NodeRule['check']> {
  for (const { table, placeOfChain } of kubeProxyTables(context))
    for (const { chain, modulus, targets } of numberedShares(table)) {
      const counts = [...targets.values()];
      const [most, fewest] = [greatest(counts), least(counts)];
      const sum = counts.reduce((all, one) => all + one, 0);
      if (most === fewest || sum < modulus) continue;
      const [name = ''] = [...targets].find(([, count]) => count === most) ?? [];
      yield {
        place: placeOfChain(chain.name),
        message:
          `${plain(chain.name)} sends ${percent(most / modulus)} % of connections to ${plain(name)} and as little as ${percent(fewest / modulus)} % to another of its ` +
          `${targets.size} endpoints: kube-proxy gives all the same; restart it.`,
        service: serviceOfTableChain(chain.name),
      };
    }
}

/** kube-proxy gives real servers weight 1, or 0 where they take no new connections. */
function* inServers({ find }: NodeContext, { content }: FamilyContext): ReturnType<NodeRule['check']> {
  for (const { realServers } of content.virtualServers) {
    const heavy = realServers.find(({ weight }) => weight > 1);
    const endpoint = heavy === undefined ? '' : formatHostPort(heavy.address, heavy.port);
    const place = heavy === undefined ? undefined : find(` -r ${endpoint} -m -w ${heavy.weight}`);
    if (heavy === undefined || place === undefined) continue;
    yield {
      place,
      message: `The real server ${plain(endpoint)} has weight ${heavy.weight}, where kube-proxy gives all weight 1: somebody changed it; restart kube-proxy.`,
    };
  }
}
