/**
 * The rules of single endpoints (pkg/proxy/iptables/proxier.go, writeServiceToEndpointRules and the loop over
 * endpoints).
 */
import type { Endpoint } from '../../proxy/endpoints.js';
import type { ServicePort } from '../../proxy/service-port.js';
import { comment, jump, markForMasquerade, protocolOnly } from './matches.js';
import type { Match, Rule } from '../types.js';

type EndpointAddress = Pick<Endpoint, 'address' | 'hostPort'>;
type ServicePortFacts = Pick<ServicePort, 'name' | 'protocol' | 'affinitySeconds'>;
interface Named {
  readonly endpoint: EndpointAddress;
  readonly chain: string;
}

/**
 * The rule for one endpoint in the chain of a service port. `left` is the number of endpoints that remain, including
 * this one.
 */
export function balancingRule(
  { name }: ServicePortFacts,
  chain: string,
  to: Named,
  left: number,
  withComments: boolean,
): Rule {
  const share: readonly Match[] = left > 1 ? [{ kind: 'statistic', mode: 'random', probability: 1 / left }] : [];
  return { chain, matches: noted(share, name, to, withComments), target: jump(to.chain), servicePort: name };
}

/** ClientIP affinity: a client recorded in an endpoint's chain is sent to that endpoint again. */
export function rememberingRule(
  { name, affinitySeconds = 0 }: ServicePortFacts,
  chain: string,
  to: Named,
  withComments: boolean,
): Rule {
  const recent: Match = { kind: 'recent', action: 'rcheck', name: to.chain, seconds: affinitySeconds, reap: true };
  return { chain, matches: noted([recent], name, to, withComments), target: jump(to.chain), servicePort: name };
}

/** The endpoint's own chain: masquerade its traffic to itself, record the client if affinity is on, and DNAT to it. */
export function endpointRules(
  servicePort: ServicePortFacts,
  endpoint: EndpointAddress,
  chain: string,
  withComments: boolean,
): Rule[] {
  const { name, protocol, affinitySeconds } = servicePort;
  const note: readonly Match[] = withComments ? [comment(name)] : [];
  const remember: Match[] = affinitySeconds === undefined ? [] : [{ kind: 'recent', action: 'set', name: chain }];
  return [
    {
      chain,
      matches: note.concat({ kind: 'source', prefix: endpoint.address }),
      target: markForMasquerade,
      servicePort: name,
    },
    {
      chain,
      matches: note.concat(remember, protocolOnly(protocol)),
      target: { kind: 'destinationNat', to: endpoint.hostPort },
      servicePort: name,
    },
  ];
}

function noted(matches: readonly Match[], name: string, { endpoint }: Named, withComments: boolean): readonly Match[] {
  return withComments ? [comment(`${name} -> ${endpoint.hostPort}`)].concat(matches) : matches;
}
