import { listAt, stringAt, textAt } from '../values.js';
import type { PlacedText } from '../values.js';
import type { ServiceView } from './service.js';

/**
 * The load balancer's addresses in `status` that kube-proxy programs on nodes: of type LoadBalancer, and not of ipMode
 * Proxy, where packets come with the node's address (KEP-1860).
 */
export function statusAddresses(service: ServiceView): PlacedText[] {
  if (service.type !== 'LoadBalancer') return [];
  return listAt(service.object.value, 'status', 'loadBalancer', 'ingress').flatMap((ingress, index) => {
    const text = stringAt(ingress, 'ip') ?? '';
    return text === '' || textAt(ingress, 'ipMode') === 'Proxy'
      ? []
      : [{ text, path: ['status', 'loadBalancer', 'ingress', index, 'ip'] }];
  });
}

/** The addresses other than the cluster IPs at which kube-proxy takes, or will take, a Service's packets. */
export function outerAddresses(service: ServiceView): PlacedText[] {
  if (service.isExternalName || service.isHeadless) return [];
  const asked = service.type === 'LoadBalancer' ? textAt(service.spec, 'loadBalancerIP') : '';
  return [
    ...service.externalIPs,
    ...(asked === '' ? [] : [{ text: asked, path: ['spec', 'loadBalancerIP'] }]),
    ...statusAddresses(service),
  ];
}
