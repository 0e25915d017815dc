import type { Path } from '../../diagnostics/finding.js';
import { booleanAt, labelsAt, textAt } from '../values.js';
import { isProtocol } from './ports.js';
import type { ContainerPortView, WorkloadView } from './workload.js';

/** A port of a node that a workload's Pods use. */
export interface HostPortClaim {
  readonly workload: WorkloadView;
  readonly path: Path;
  readonly protocol: string;
  /** `''` for every address of the node. */
  readonly hostIP: string;
  readonly hostPort: number;
}

/**
 * The host ports of containers that keep running, which are those that the scheduler considers. Host-network Pods use
 * the ports that they declare: the API server sets hostPort to containerPort (`SetDefaults_PodSpec`).
 */
export function hostPortsOf(workload: WorkloadView): HostPortClaim[] {
  const onHost = booleanAt(workload.podSpec, 'hostNetwork') === true;
  return workload.containers
    .filter(({ keepsRunning }) => keepsRunning)
    .flatMap(({ ports }) => ports.flatMap((port) => viewClaim(workload, port, onHost)));
}

function viewClaim(workload: WorkloadView, port: ContainerPortView, onHost: boolean): HostPortClaim[] {
  const hostPort = port.hostPort || (onHost ? (port.containerPort ?? 0) : 0);
  if (hostPort === 0 || !isProtocol(port.protocol)) return [];
  const hostIP = port.hostIP === '0.0.0.0' ? '' : port.hostIP;
  return [{ workload, path: [...port.path, 'hostPort'], protocol: port.protocol, hostIP, hostPort }];
}

/**
 * Whether Pods of both may use the same port on one node: their addresses overlap by the scheduler's rule
 * (`HostPortInfo`), and neither nodeName nor nodeSelector separates them.
 */
export function canMeet(first: HostPortClaim, second: HostPortClaim): boolean {
  const overlap = first.hostIP === second.hostIP || first.hostIP === '' || second.hostIP === '';
  return overlap && !isApart(first.workload, second.workload);
}

function isApart(first: WorkloadView, second: WorkloadView): boolean {
  const nodes = [textAt(first.podSpec, 'nodeName'), textAt(second.podSpec, 'nodeName')];
  if (nodes[0] !== nodes[1] && !nodes.includes('')) return true;
  const selector = nodeSelectorOf(second);
  return [...nodeSelectorOf(first)].some(([key, value]) => selector.has(key) && selector.get(key) !== value);
}

function nodeSelectorOf({ object, podSpecPath }: WorkloadView): ReadonlyMap<string, string> {
  return labelsAt(object, [...podSpecPath, 'nodeSelector']);
}
