/** The host ports of Pods. */
import type { ManifestObject, JsonObject } from '../manifests/types.js';
import { readProtocol } from './service.js';
import type { ClusterPod, ServiceProtocol } from './types.js';
import { itemsOf, numberOf, objectOf, textOf } from '../manifests/values.js';

/** A port of a node that leads to a port of a Pod; for a Pod on the host network, the Pod's own port. */
export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: ServiceProtocol;
  /** The node's address it is bound to; `''` for all. */
  readonly hostIP: string;
}

/**
 * In the order of the Pod's containers. The kubelet opens none for init containers (kuberuntime_sandbox.go). On the
 * host network a container port is a port of the node, with or without `hostPort`.
 */
export function hostPortsOf({ podSpec, hostNetwork }: Pick<ClusterPod, 'podSpec' | 'hostNetwork'>): HostPort[] {
  return portsIn(podSpec).flatMap((port) => {
    const containerPort = numberOf(port.containerPort, 0);
    const hostPort = hostNetwork ? containerPort : numberOf(port.hostPort, 0);
    if (hostPort === 0 || containerPort === 0) return [];
    return { hostPort, containerPort, protocol: readProtocol(port), hostIP: textOf(port.hostIP) };
  });
}

/** Whether a Pod, or the Pods of a workload, use host ports. */
export function opensHostPorts({ value }: ManifestObject): boolean {
  const spec = objectOf(value.spec);
  const podSpec = objectOf(objectOf(spec.template).spec ?? spec);
  return hostPortsOf({ podSpec, hostNetwork: podSpec.hostNetwork === true }).length > 0;
}

function portsIn(podSpec: JsonObject): JsonObject[] {
  return itemsOf(podSpec.containers).flatMap(({ ports }) => itemsOf(ports));
}
