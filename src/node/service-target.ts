/** Finds the cluster IP and port of a Service among the service ports of manifests. */
import type { ServicePort } from '../proxy/service-port.js';
import type { TraceProtocol } from '../walk/packet.js';
import type { ServiceAddress } from './found-service-port.js';

/** A Service as users name it; `port` is a number or a name, undefined if not given. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | undefined;
}

export interface ServiceTarget {
  /** `namespace/name:port` */
  readonly servicePort: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: TraceProtocol;
  /** All its addresses, including the cluster IP. */
  readonly addresses: readonly ServiceAddress[];
}

/** The ports of the Service that match the reference, in the Service's order. */
export function targetsAmong(
  servicePorts: readonly ServicePort[],
  { namespace, name, port }: ServiceReference,
): ServiceTarget[] {
  return servicePorts
    .filter((one) => one.namespace === namespace && one.serviceName === name && fitsPort(port, one.portName, one.port))
    .map((one) => ({
      servicePort: one.name,
      address: one.clusterIP,
      port: one.port,
      protocol: one.protocol,
      addresses: addressesOfPort(one),
    }));
}

/** Every address of a service port that kube-proxy serves. */
export function addressesOfPort({
  clusterIP,
  port,
  nodePort,
  externalIPs,
  loadBalancerVIPs,
}: ServicePort): ServiceAddress[] {
  return [
    { kind: 'clusterIP', address: clusterIP, port },
    ...externalIPs.map((address) => ({ kind: 'externalIP' as const, address, port })),
    ...loadBalancerVIPs.map((address) => ({ kind: 'loadBalancerIP' as const, address, port })),
    ...(nodePort === 0 ? [] : [{ kind: 'nodePort' as const, address: '', port: nodePort }]),
  ];
}

/** Whether a port is the requested one, by name or number. */
export function fitsPort(wanted: string | undefined, name: string, port: number): boolean {
  return wanted === undefined || wanted === name || wanted === String(port);
}
