import type { Endpoint } from '../proxy/endpoints.js';
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePort } from '../proxy/service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import { comment, jump, markForMasquerade, protocolOnly } from './lower-matches.js';
import { endpointChain, type ServicePortChains } from './lower-names.js';
import type { SyncBuilder } from './sync-builder.js';
import type { Match } from './types.js';

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
    const names = new Map(choice.reachable.map((endpoint) => [endpoint, endpointChain(servicePort, endpoint.hostPort)]));
    if (usesClusterEndpoints(servicePort)) this.balance(servicePort, chains.cluster, choice.cluster, names);
    if (usesLocalEndpoints(servicePort)) this.balance(servicePort, chains.local, choice.local, names);
    for (const [endpoint, chain] of names) this.endpoint(servicePort, endpoint, chain);
  }

  /** Each rule but the last takes its share of what those before it left: 1/n, 1/(n-1), … so that all shares are equal. */
  private balance(servicePort: ServicePort, chain: string, endpoints: readonly Endpoint[], names: ReadonlyMap<Endpoint, string>): void {
    if (endpoints.length === 0) return;
    this.builder.natChain(chain);
    if (servicePort.affinitySeconds !== undefined) this.remember(servicePort, servicePort.affinitySeconds, chain, endpoints, names);
    endpoints.forEach((endpoint, index) => {
      const left = endpoints.length - index;
      const matches = this.endpointComment(servicePort, endpoint);
      if (left > 1) matches.push({ kind: 'statistic', mode: 'random', probability: 1 / left });
      this.builder.nat(chain, matches, jump(names.get(endpoint) ?? ''), servicePort.name);
    });
  }

  /** ClientIP affinity: a client that an endpoint's chain has seen lately goes there again. */
  private remember(
    servicePort: ServicePort, seconds: number, chain: string, endpoints: readonly Endpoint[], names: ReadonlyMap<Endpoint, string>,
  ): void {
    for (const endpoint of endpoints) {
      const name = names.get(endpoint) ?? '';
      this.builder.nat(chain,
        [...this.endpointComment(servicePort, endpoint), { kind: 'recent', action: 'rcheck', name, seconds, reap: true }],
        jump(name), servicePort.name);
    }
  }

  private endpoint(servicePort: ServicePort, endpoint: Endpoint, chain: string): void {
    const note = this.withComments ? [comment(servicePort.name)] : [];
    const remember: Match[] = servicePort.affinitySeconds === undefined ? [] : [{ kind: 'recent', action: 'set', name: chain }];
    this.builder.natChain(chain);
    this.builder.nat(chain, [...note, { kind: 'source', prefix: endpoint.address }], markForMasquerade, servicePort.name);
    this.builder.nat(chain, [...note, ...remember, ...protocolOnly(servicePort.protocol)],
      { kind: 'destinationNat', to: endpoint.hostPort }, servicePort.name);
  }

  private endpointComment(servicePort: ServicePort, endpoint: Endpoint): Match[] {
    return this.withComments ? [comment(`${servicePort.name} -> ${endpoint.hostPort}`)] : [];
  }
}
