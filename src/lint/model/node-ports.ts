import type { Path } from '../../diagnostics/finding.js';
import type { ServiceView } from './service.js';

/** A node port that a Service requests. */
export interface NodePortClaim {
  readonly number: number;
  readonly field: 'nodePort' | 'healthCheckNodePort';
  readonly path: Path;
  /** The protocol of the Service port; TCP for a health check. */
  readonly protocol: string;
}

/** Whether the type has node ports. */
export function takesNodePorts(service: ServiceView): boolean {
  return service.type === 'NodePort' || service.type === 'LoadBalancer';
}

/** Whether the API server accepts a health check node port for the Service. */
export function takesHealthCheckNodePort(service: ServiceView): boolean {
  return service.type === 'LoadBalancer' && service.externalTrafficPolicy === 'Local';
}

/** The node ports that the Service requests by number, as written; zero means none. */
export function nodePortsOf(service: ServiceView): NodePortClaim[] {
  const claims: NodePortClaim[] = service.ports
    .filter(({ nodePort }) => nodePort !== 0)
    .map(({ nodePort, path, protocol }) => ({
      number: nodePort,
      field: 'nodePort',
      path: [...path, 'nodePort'],
      protocol,
    }));
  if (service.healthCheckNodePort !== 0 && takesHealthCheckNodePort(service)) {
    claims.push({
      number: service.healthCheckNodePort,
      field: 'healthCheckNodePort',
      path: ['spec', 'healthCheckNodePort'],
      protocol: 'TCP',
    });
  }
  return claims;
}
