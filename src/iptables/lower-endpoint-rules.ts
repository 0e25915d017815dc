/**
 * The rules of single endpoints (pkg/proxy/iptables/proxier.go, writeServiceToEndpointRules and the loop over
 * endpoints).
 */
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePort } from '../proxy/service-port.js';
import { comment, jump, markForMasquerade, protocolOnly } from './lower-matches.js';
import type { Match, Rule } from './types.js';

type EndpointAddress = Pick<Endpoint, 'address' | 'hostPort'>;
type ServicePortFacts = Pick<ServicePort, 'name' | 'protocol' | 'affinitySeconds'>;
interface Named {
  readonly endpoint: EndpointAddress;
  readonly chain: string;
}

/**
 * In the chain of a service port: the share of one endpoint where `left` of them are still to come, itself included.
 */
export function balancingRule(
  { name }: ServicePortFacts,
  chain: string,
  to: Named,
  left: number,
  withComments: boolean,
): Rule {
  const matches = endpointComment(name, to.endpoint, withComments);
  if (left > 1) matches.push({ kind: 'statistic', mode: 'random', probability: 1 / left });
  return { chain, matches, target: jump(to.chain), servicePort: name };
}

/** ClientIP affinity: a client that an endpoint's chain has seen lately goes there again. */
export function rememberingRule(
  { name, affinitySeconds = 0 }: ServicePortFacts,
  chain: string,
  to: Named,
  withComments: boolean,
): Rule {
  const matches = endpointComment(name, to.endpoint, withComments);
  matches.push({ kind: 'recent', action: 'rcheck', name: to.chain, seconds: affinitySeconds, reap: true });
  return { chain, matches, target: jump(to.chain), servicePort: name };
}

/**
 * In the endpoint's own chain: masquerade what it sends to itself, remember the client where affinity is asked for, and
 * send it there.
 */
export function endpointRules(
  servicePort: ServicePortFacts,
  endpoint: EndpointAddress,
  chain: string,
  withComments: boolean,
): Rule[] {
  const { name, protocol, affinitySeconds } = servicePort;
  const note = withComments ? [comment(name)] : [];
  const remember: Match[] = affinitySeconds === undefined ? [] : [{ kind: 'recent', action: 'set', name: chain }];
  return [
    {
      chain,
      matches: [...note, { kind: 'source', prefix: endpoint.address }],
      target: markForMasquerade,
      servicePort: name,
    },
    {
      chain,
      matches: [...note, ...remember, ...protocolOnly(protocol)],
      target: { kind: 'destinationNat', to: endpoint.hostPort },
      servicePort: name,
    },
  ];
}

function endpointComment(name: string, endpoint: EndpointAddress, withComments: boolean): Match[] {
  return withComments ? [comment(`${name} -> ${endpoint.hostPort}`)] : [];
}
