/** The ports of its node that a Pod opens. */
import type { ManifestObject, JsonObject } from '../manifests/types.js';
import { readProtocol } from './service.js';
import type { ClusterPod, ServiceProtocol } from './types.js';
import { itemsOf, numberOf, objectOf, textOf } from './values.js';

/** A port of a node that leads to a port of a Pod, or is the Pod's own where it is on the node's network. */
export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: ServiceProtocol;
  /** The address of the node that it is bound to; `''` for all. */
  readonly hostIP: string;
}

/**
 * In the order of the Pod's containers; of init containers the kubelet opens none (kuberuntime_sandbox.go). On the
 * node's network a container port is the node's, whether `hostPort` says so or not.
 */
export function hostPortsOf({ podSpec, hostNetwork }: Pick<ClusterPod, 'podSpec' | 'hostNetwork'>): HostPort[] {
  return portsIn(podSpec).flatMap((port) => {
    const containerPort = numberOf(port.containerPort, 0);
    const hostPort = hostNetwork ? containerPort : numberOf(port.hostPort, 0);
    if (hostPort === 0 || containerPort === 0) return [];
    return { hostPort, containerPort, protocol: readProtocol(port), hostIP: textOf(port.hostIP) };
  });
}

/** Whether a Pod, or the Pods of a workload, open ports of their nodes. */
export function opensHostPorts({ value }: ManifestObject): boolean {
  const spec = objectOf(value.spec);
  const podSpec = objectOf(objectOf(spec.template).spec ?? spec);
  return hostPortsOf({ podSpec, hostNetwork: podSpec.hostNetwork === true }).length > 0;
}

function portsIn(podSpec: JsonObject): JsonObject[] {
  return itemsOf(podSpec.containers).flatMap(({ ports }) => itemsOf(ports));
}
