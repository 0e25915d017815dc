import { listAt, stringAt, textAt } from '../values.js';
import type { PlacedText } from '../values.js';
import type { ServiceView } from './service.js';

/**
 * The load-balancer addresses in `status` that kube-proxy programs on nodes: for type LoadBalancer, without those of
 * ipMode Proxy, for which packets have the node's address as destination (KEP-1860).
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

/** The addresses other than cluster IPs for which kube-proxy handles, or will handle, a Service's packets. */
export function outerAddresses(service: ServiceView): PlacedText[] {
  if (service.isExternalName || service.isHeadless) return [];
  const asked = service.type === 'LoadBalancer' ? textAt(service.spec, 'loadBalancerIP') : '';
  return [
    ...service.externalIPs,
    ...(asked === '' ? [] : [{ text: asked, path: ['spec', 'loadBalancerIP'] }]),
    ...statusAddresses(service),
  ];
}
