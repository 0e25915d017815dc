import type { Path } from '../../diagnostics/finding.js';
import type { ServiceView } from './service.js';

/** A port of the nodes that a Service asks for. */
export interface NodePortClaim {
  readonly number: number;
  readonly field: 'nodePort' | 'healthCheckNodePort';
  readonly path: Path;
  /** That of the Service port; TCP for a health check. */
  readonly protocol: string;
}

/** Whether the type has node ports. */
export function takesNodePorts(service: ServiceView): boolean {
  return service.type === 'NodePort' || service.type === 'LoadBalancer';
}

/** Whether the API server lets the Service have a health check node port. */
export function takesHealthCheckNodePort(service: ServiceView): boolean {
  return service.type === 'LoadBalancer' && service.externalTrafficPolicy === 'Local';
}

/** The node ports that the Service asks for by number, as written; zero says nothing. */
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
