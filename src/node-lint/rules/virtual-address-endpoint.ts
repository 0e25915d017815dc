import { virtualAddresses, virtualEndpointWords, virtualServiceAt } from '../../explain/rules/virtual-addresses.js';
import { formatHostPort } from '../../explain/words/host-port.js';
import { destinationsOf } from '../../nftables/services/endpoints.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import { kubeProxyTables } from '../model/kube-proxy-tables.js';
import { natTable, replaced } from '../model/example-dumps.js';
import type { FamilyContext, NodeContext } from '../context.js';
import type { NodeRule } from '../rule.js';
import { joinHostPort } from '../../net/host-port.js';

/** How many virtual servers are located: they have no lines, so each is searched for in the text. */
const mostLookedUp = 50;

export const virtualAddressEndpoint: NodeRule = {
  id: 'node/virtual-address-endpoint',
  severity: 'warning',
  documentation: {
    summary: "A Service's endpoint is the cluster IP of a Service",
    why: `A packet's destination is rewritten once, on its way to the first Service; that the new one is a Service's, too, is not looked at again. So it leaves the node for an address that no machine has, and
the connection times out, unless something behind the node knows cluster IPs. Such endpoints are written by hand, to point one Service at another.`,
    remedy: 'Let the endpoints be Pods or machines, or make the Service an ExternalName of the other one.',
    bad: natTable(replaced('--to-destination 10.244.1.15:8080', '--to-destination 10.96.0.50:80')),
    good: natTable(),
    sources: [
      'net/netfilter/nf_nat_core.c, nf_nat_inet_fn',
      'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors',
    ],
  },
  *check(context) {
    for (const family of context.families) {
      const virtual = virtualAddresses(family.services);
      if (virtual.size > 0) {
        yield* inRules(family);
        yield* inServers(context, family);
      }
    }
    for (const { family, table, placeOfChain } of kubeProxyTables(context))
      for (const chain of table.chains) {
        const endpoint =
          readServiceChainName(chain.name)?.kind === 'endpoint' ? chain.rules.flatMap(destinationsOf)[0] : undefined;
        const of = endpoint === undefined ? undefined : virtualServiceAt(family.services, endpoint);
        if (endpoint !== undefined && of !== undefined)
          yield { place: placeOfChain(chain.name), message: messageFor(endpoint, of) };
      }
  },
};

function* inRules(family: FamilyContext): ReturnType<NodeRule['check']> {
  for (const chain of family.index.chains('nat')) {
    if (!chain.name.startsWith('KUBE-SEP-')) continue;
    for (const [position, rule] of chain.rules.entries()) {
      if (rule.target?.kind !== 'destinationNat') continue;
      const of = virtualServiceAt(family.services, rule.target.to);
      if (of !== undefined)
        yield { place: family.placeOf({ chain, number: position + 1, rule }), message: messageFor(rule.target.to, of) };
    }
  }
}

function* inServers(
  { find }: NodeContext,
  { content: { virtualServers }, services }: FamilyContext,
): ReturnType<NodeRule['check']> {
  let reported = 0;
  for (const { realServers } of virtualServers)
    for (const { address, port } of realServers) {
      if (reported > mostLookedUp) return;
      const of = virtualServiceAt(services, formatHostPort(address, port));
      const place = of === undefined ? undefined : find(` -r ${joinHostPort(address, port)} `);
      if (of !== undefined) reported++;
      if (of !== undefined && place !== undefined)
        yield { place, message: messageFor(joinHostPort(address, port), of) };
    }
}

function messageFor(endpoint: string, of: string): string {
  return `The endpoint ${virtualEndpointWords(endpoint, of)}; point the Service at Pods.`;
}
