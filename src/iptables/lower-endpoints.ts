import type { Endpoint } from '../proxy/endpoints.js';
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePort } from '../proxy/service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import { comment, jump, markForMasquerade, protocolOnly } from './lower-matches.js';
import { endpointChain, type ServicePortChains } from './lower-names.js';
import type { SyncBuilder } from './sync-builder.js';
import type { Match } from './types.js';

/** An endpoint and the chain it has. */
interface Named { readonly endpoint: Endpoint; readonly chain: string }

/** Those that a policy chose; mostly all of the reachable ones. */
function chosen(named: readonly Named[], reachable: readonly Endpoint[], endpoints: readonly Endpoint[]): readonly Named[] {
  if (endpoints === reachable) return named;
  const kept = new Set(endpoints);
  return named.filter(({ endpoint }) => kept.has(endpoint));
}

/** Writes the chains that balance over endpoints (KUBE-SVC, KUBE-SVL) and those of the endpoints themselves (KUBE-SEP). */
export class EndpointLowering {
  /** In large mode the comments on endpoint rules go, to save memory and time. */
  private readonly withComments: boolean;

  constructor(private readonly builder: SyncBuilder) {
    const { options, endpointCount } = builder.state;
    this.withComments = endpointCount <= options.host.largeClusterEndpointsThreshold;
  }

  lower(choice: ServicePortState, chains: ServicePortChains): void {
    const { servicePort } = choice;
    const reachable = choice.reachable.map((endpoint) => ({ endpoint, chain: endpointChain(servicePort, endpoint.hostPort) }));
    if (usesClusterEndpoints(servicePort)) this.balance(servicePort, chains.cluster, chosen(reachable, choice.reachable, choice.cluster));
    if (usesLocalEndpoints(servicePort)) this.balance(servicePort, chains.local, chosen(reachable, choice.reachable, choice.local));
    const note = this.withComments ? comment(servicePort.name) : undefined;
    for (const { endpoint, chain } of reachable) this.endpoint(servicePort, endpoint, chain, note);
  }

  /** Each rule but the last takes its share of what those before it left: 1/n, 1/(n-1), … so that all shares are equal. */
  private balance(servicePort: ServicePort, chain: string, endpoints: readonly Named[]): void {
    if (endpoints.length === 0) return;
    this.builder.natChain(chain);
    if (servicePort.affinitySeconds !== undefined) this.remember(servicePort, servicePort.affinitySeconds, chain, endpoints);
    endpoints.forEach(({ endpoint, chain: name }, index) => {
      const left = endpoints.length - index;
      const matches = this.endpointComment(servicePort, endpoint);
      if (left > 1) matches.push({ kind: 'statistic', mode: 'random', probability: 1 / left });
      this.builder.nat(chain, matches, jump(name), servicePort.name);
    });
  }

  /** ClientIP affinity: a client that an endpoint's chain has seen lately goes there again. */
  private remember(servicePort: ServicePort, seconds: number, chain: string, endpoints: readonly Named[]): void {
    for (const { endpoint, chain: name } of endpoints) {
      this.builder.nat(chain,
        [...this.endpointComment(servicePort, endpoint), { kind: 'recent', action: 'rcheck', name, seconds, reap: true }],
        jump(name), servicePort.name);
    }
  }

  private endpoint(servicePort: ServicePort, endpoint: Endpoint, chain: string, note: Match | undefined): void {
    const fromItself: Match[] = note === undefined ? [] : [note];
    const toIt = fromItself.slice();
    fromItself.push({ kind: 'source', prefix: endpoint.address });
    if (servicePort.affinitySeconds !== undefined) toIt.push({ kind: 'recent', action: 'set', name: chain });
    toIt.push(...protocolOnly(servicePort.protocol));
    this.builder.natChain(chain);
    this.builder.nat(chain, fromItself, markForMasquerade, servicePort.name);
    this.builder.nat(chain, toIt, { kind: 'destinationNat', to: endpoint.hostPort }, servicePort.name);
  }

  private endpointComment(servicePort: ServicePort, endpoint: Endpoint): Match[] {
    return this.withComments ? [comment(`${servicePort.name} -> ${endpoint.hostPort}`)] : [];
  }
}
