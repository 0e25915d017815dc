import type { ServicePortView } from './service.js';
import type { ContainerPortView, ContainerView, WorkloadView } from './workload.js';

/** A port that a container of a running Pod declares, with the container. */
export interface ServingPort {
  readonly container: ContainerView;
  readonly port: ContainerPortView;
}

/**
 * The declared ports that a named targetPort is looked up in, in the order in which the EndpointSlice controller looks
 * (`FindPort` of pkg/api/v1/pod): those of containers, then those of init containers that keep running. Other init
 * containers serve nothing.
 */
export function servingPorts(workload: WorkloadView): ServingPort[] {
  return servingContainers(workload).flatMap((container) => container.ports.map((port) => ({ container, port })));
}

/** The containers that can serve: those that run as long as the Pod does, init containers last. */
export function servingContainers(workload: WorkloadView): ContainerView[] {
  const sidecars = workload.containers.filter((container) => container.keepsRunning && isInitContainer(container));
  return [...workload.containers.filter((container) => !isInitContainer(container)), ...sidecars];
}

function isInitContainer(container: ContainerView): boolean {
  return container.path.at(-2) === 'initContainers';
}

/** What a Service port leads to in the Pods: its targetPort, or its own number where that is left out. */
export function targetOf(port: ServicePortView): string | number | undefined {
  return port.targetPort ?? port.port;
}

/**
 * The number that a named targetPort stands for in a workload's Pods; undefined where no container port has name and
 * protocol.
 */
export function findNamedPort(workload: WorkloadView, name: string, protocol: string): number | undefined {
  return servingPorts(workload).find(({ port }) => port.name === name && port.protocol === protocol)?.port
    .containerPort;
}

/** Where a finding about a targetPort stands: at it, or at `port` where it is left out. */
export function targetPath(port: ServicePortView): (string | number)[] {
  return [...port.path, port.targetPort === undefined ? 'port' : 'targetPort'];
}
