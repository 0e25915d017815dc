import type { ServicePortView } from './service.js';
import { memoized } from '../../diagnostics/memoized.js';
import type { ContainerPortView, ContainerView, WorkloadView } from './workload.js';

/** A port that a running container declares, with the container. */
export interface ServingPort {
  readonly container: ContainerView;
  readonly port: ContainerPortView;
}

/**
 * The declared ports among which a named targetPort is looked up, in the order of the EndpointSlice controller
 * (`FindPort` of pkg/api/v1/pod): those of containers, then those of init containers that keep running. Other init
 * containers are not included.
 */
export const servingPorts = memoized((workload: WorkloadView): readonly ServingPort[] =>
  servingContainers(workload).flatMap((container) => container.ports.map((port) => ({ container, port }))),
);

/** The declared ports of several workloads; many Services may select the same ones. */
export const allServingPorts = memoized((workloads: readonly WorkloadView[]): readonly ServingPort[] =>
  workloads.flatMap((workload) => servingPorts(workload)),
);

/** The containers that run as long as the Pod, init containers last. */
export function servingContainers(workload: WorkloadView): ContainerView[] {
  const sidecars = workload.containers.filter((container) => container.keepsRunning && isInitContainer(container));
  return [...workload.containers.filter((container) => !isInitContainer(container)), ...sidecars];
}

function isInitContainer(container: ContainerView): boolean {
  return container.path.at(-2) === 'initContainers';
}

/** The destination of a Service port in the Pods: its targetPort, or its own number if absent. */
export function targetOf(port: ServicePortView): string | number | undefined {
  return port.targetPort ?? port.port;
}

/** The number of a named targetPort in a workload's Pods; undefined if no container port has name and protocol. */
export function findNamedPort(workload: WorkloadView, name: string, protocol: string): number | undefined {
  return servingPorts(workload).find(({ port }) => port.name === name && port.protocol === protocol)?.port
    .containerPort;
}

/** Whether the workload's Pods are endpoints of a port: not if each targetPort is a name that no container has. */
export function isEndpointOf(workload: WorkloadView, ports: readonly ServicePortView[]): boolean {
  return (
    ports.length === 0 ||
    ports.some(
      ({ targetPort, protocol }) =>
        typeof targetPort !== 'string' || findNamedPort(workload, targetPort, protocol) !== undefined,
    )
  );
}

/** The path for findings about a targetPort: its own, or that of `port` if absent. */
export function targetPath(port: ServicePortView): (string | number)[] {
  return [...port.path, port.targetPort === undefined ? 'port' : 'targetPort'];
}
