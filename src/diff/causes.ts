import { formatPrefix } from '../net/address.js';
import { plain } from '../explain/words/plain.js';
import type { ServicePort } from '../proxy/service-port.js';

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

/** Fields of the Service that manifests of both sides tell and that differ. */
export function causesOf(before: ServicePort | undefined, after: ServicePort | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  return fields.flatMap(([name, valueOf]) => {
    const [was, is] = [valueOf(before), valueOf(after)];
    return was === is ? [] : [`${name} ${plain(was, 80)} → ${plain(is, 80)}`];
  });
}
