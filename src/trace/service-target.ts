/** Finds where a Service is reached: its cluster IP and port, from manifests' service ports. */
import type { ServicePort } from '../proxy/service-port.js';
import type { TraceProtocol } from '../walk/packet.js';

/** A Service as people name it; `port` is a number or a name, undefined where they do not say. */
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
}

/** The ports of that Service that fit the reference, in the Service's own order. */
export function targetsAmong(
  servicePorts: readonly ServicePort[],
  { namespace, name, port }: ServiceReference,
): ServiceTarget[] {
  return servicePorts
    .filter((one) => one.namespace === namespace && one.serviceName === name && fitsPort(port, one.portName, one.port))
    .map((one) => ({ servicePort: one.name, address: one.clusterIP, port: one.port, protocol: one.protocol }));
}

/** Whether a port is the one that is wanted, by name or number. */
export function fitsPort(wanted: string | undefined, name: string, port: number): boolean {
  return wanted === undefined || wanted === name || wanted === String(port);
}
