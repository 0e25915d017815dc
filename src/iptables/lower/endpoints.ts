import { canonicalAddress } from '../../net/address.js';
import { has } from '../changes.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePort } from '../../proxy/service-port.js';
import type { ServicePortState } from '../../proxy/state.js';
import { EndpointForms } from './endpoint-forms.js';
import { balancingRule, endpointRules, rememberingRule } from './endpoint-rules.js';
import { chainHash } from '../../proxy/chain-hash.js';
import { endpointChain, type ServicePortChains } from './names.js';
import type { SyncBuilder } from './sync-builder.js';
import type { Rule } from '../types.js';

/** Writes the chains that balance over endpoints (KUBE-SVC, KUBE-SVL) and the chains of single endpoints (KUBE-SEP). */
export class EndpointLowering {
  /** In large-cluster mode, kube-proxy omits the comments on endpoint rules to save memory and time. */
  private readonly withComments: boolean;
  /** For printers only; undefined for sinks that take single rules. */
  private readonly forms: EndpointForms | undefined;

  constructor(private readonly builder: SyncBuilder) {
    const { state } = builder;
    this.withComments = !state.hasMoreEndpointsThan(state.options.host.largeClusterEndpointsThreshold);
    this.forms = builder.form && new EndpointForms(builder.form, state.family, this.withComments);
  }

  lower(choice: ServicePortState, chains: ServicePortChains): void {
    const { servicePort, reachable } = choice;
    const prefix = servicePort.name + servicePort.protocol;
    const hashes = reachable.map(({ hostPort }) => chainHash(prefix + hostPort));
    const forms = this.forms?.fit(servicePort, reachable) === true ? this.forms : undefined;
    if (usesClusterEndpoints(servicePort))
      this.balance(servicePort, chains.cluster, choice.cluster, hashesOf(choice.cluster, reachable, hashes), forms);
    if (usesLocalEndpoints(servicePort))
      this.balance(servicePort, chains.local, choice.local, hashesOf(choice.local, reachable, hashes), forms);
    for (const [index, endpoint] of reachable.entries())
      this.endpoint(servicePort, endpoint, hashes[index] ?? '', forms);
  }

  /**
   * Each rule but the last takes its share of what the earlier ones left: 1/n, 1/(n-1), …, so that all shares are
   * equal.
   */
  private balance(
    servicePort: ServicePort,
    chain: string,
    endpoints: readonly Endpoint[],
    hashes: readonly string[],
    forms?: EndpointForms,
  ): void {
    if (endpoints.length === 0) return;
    this.builder.natChain(chain);
    if (forms !== undefined) {
      for (const [index, endpoint] of endpoints.entries())
        forms.balancing(servicePort, chain, endpoint, hashes[index] ?? '', endpoints.length - index);
      return;
    }
    const named = endpoints.map((endpoint, index) => ({ endpoint, chain: endpointChain(hashes[index] ?? '') }));
    if (servicePort.affinitySeconds !== undefined)
      for (const to of named) this.add(rememberingRule(servicePort, chain, to, this.withComments));
    for (const [index, to] of named.entries())
      this.add(balancingRule(servicePort, chain, to, named.length - index, this.withComments));
  }

  private asSource({ address, hostPort }: Endpoint): Pick<Endpoint, 'address' | 'hostPort'> {
    const isKept = has(this.builder.state.options.version, 'masqueradesAsWritten');
    return { address: isKept ? address : canonicalAddress(address), hostPort };
  }

  private endpoint(servicePort: ServicePort, endpoint: Endpoint, hash: string, forms?: EndpointForms): void {
    if (forms !== undefined) {
      forms.endpoint(servicePort, endpoint, hash);
      return;
    }
    const chain = endpointChain(hash);
    this.builder.natChain(chain);
    for (const rule of endpointRules(servicePort, this.asSource(endpoint), chain, this.withComments)) this.add(rule);
  }

  private add(rule: Rule): void {
    this.builder.rule('nat', rule);
  }
}

/** The hashes of the endpoints chosen by a policy. In most cases these are all reachable endpoints. */
function hashesOf(
  endpoints: readonly Endpoint[],
  reachable: readonly Endpoint[],
  hashes: readonly string[],
): readonly string[] {
  if (endpoints === reachable) return hashes;
  const byEndpoint = new Map(reachable.map((endpoint, index) => [endpoint, hashes[index] ?? '']));
  return endpoints.map((endpoint) => byEndpoint.get(endpoint) ?? '');
}
