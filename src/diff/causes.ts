import { formatPrefix } from '../net/address.js';
import { plain } from '../explain/words/plain.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxyState } from '../proxy/state.js';

const fields: readonly (readonly [string, (port: ServicePort) => string])[] = [
  ['type', ({ service }) => service.type],
  ['externalTrafficPolicy', ({ externalPolicyLocal }) => (externalPolicyLocal ? 'Local' : 'Cluster')],
  ['internalTrafficPolicy', ({ internalPolicyLocal }) => (internalPolicyLocal ? 'Local' : 'Cluster')],
  [
    'sessionAffinity',
    ({ affinitySeconds }) => (affinitySeconds === undefined ? 'None' : `ClientIP (${affinitySeconds} s)`),
  ],
  [
    'loadBalancerSourceRanges',
    ({ loadBalancerSourceRanges }) => loadBalancerSourceRanges.map(formatPrefix).join(', ') || 'none',
  ],
  ['port', ({ port }) => String(port)],
  ['nodePort', ({ nodePort }) => (nodePort === 0 ? 'none' : String(nodePort))],
  [
    'targetPort',
    ({ service, portName }) => String(service.ports.find(({ name }) => name === portName)?.targetPort ?? ''),
  ],
  [
    'selector',
    ({ service }) =>
      Object.entries(service.selector ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(',') || 'none',
  ],
];

/** A service port in one side's manifests. */
export interface CauseSide {
  readonly servicePort: ServicePort | undefined;
  readonly state: ProxyState | undefined;
}

/** Fields of the Service, and the number of its ready endpoints, that are in both sides' manifests and differ. */
export function causesOf(before: CauseSide, after: CauseSide): string[] {
  const [one, other] = [before.servicePort, after.servicePort];
  if (one === undefined || other === undefined) return [];
  const changed = fields.map(([name, valueOf]): [string, string, string] => [name, valueOf(one), valueOf(other)]);
  return [...changed, ['ready endpoints', readyOf(before), readyOf(after)] as const].flatMap(([name, was, is]) =>
    was === is ? [] : [`${name} ${plain(was, 80)} → ${plain(is, 80)}`],
  );
}

function readyOf({ servicePort, state }: CauseSide): string {
  if (servicePort === undefined || state === undefined) return '';
  return String(state.stateOf(servicePort).all.filter(({ ready }) => ready).length);
}
