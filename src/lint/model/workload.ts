import type { Path } from '../../diagnostics/finding.js';
import type { Json, JsonObject, ManifestObject } from '../../manifests/types.js';
import { integerAt, labelsAt, listAt, mapAt, textAt } from '../values.js';
import { isOwnKind } from './names.js';
import { groupOf, namespaceOf } from '../../manifests/values.js';

export interface ContainerPortView {
  readonly path: Path;
  /** `''` if absent. */
  readonly name: string;
  readonly containerPort: number | undefined;
  /** `TCP` if absent. */
  readonly protocol: string;
  /** 0 if absent. */
  readonly hostPort: number;
  /** `''` if absent, which means every address of the node. */
  readonly hostIP: string;
}

export interface ContainerView {
  readonly path: Path;
  readonly name: string;
  readonly value: Json;
  /** Whether it is in `initContainers`. */
  readonly isInit: boolean;
  /** Whether it runs as long as the Pod: a container, or an init container with `restartPolicy: Always`. */
  readonly keepsRunning: boolean;
  readonly ports: readonly ContainerPortView[];
}

/** A Pod, or an object with a Pod template. */
export interface WorkloadView {
  readonly object: ManifestObject;
  /** The object's kind, but `DaemonSet` for Pods of a DaemonSet. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The Pods' labels: those of the template, or of the Pod itself. */
  readonly labels: ReadonlyMap<string, string>;
  /** The path of the Pods' metadata and spec: `['spec', 'template']`, or `[]` for a Pod. */
  readonly podPath: Path;
  /** `podPath` followed by `spec`. */
  readonly podSpecPath: Path;
  /** An empty object if absent. */
  readonly podSpec: JsonObject;
  /**
   * The number of Pods: `replicas` or `parallelism`, 1 if absent and for a Pod; undefined for a DaemonSet (one on each
   * node).
   */
  readonly replicas: number | undefined;
  /** All containers, init containers first. */
  readonly containers: readonly ContainerView[];
}

const podPaths: ReadonlyMap<string, Path> = new Map<string, Path>([
  ['Pod', []],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map(
    (kind): [string, Path] => [kind, ['spec', 'template']],
  ),
]);

/** Kubernetes' kinds that create Pods. */
export const workloadKinds: readonly string[] = [...podPaths.keys()];

/** Whether an object creates Pods from a template that it holds: one of Kubernetes' kinds, or a Rollout of Argo. */
export function isWorkload(object: ManifestObject): boolean {
  return podPaths.has(object.kind) ? isOwnKind(object) : isRollout(object);
}

/** A Rollout may also refer to a Deployment, and has no template then. */
function isRollout({ kind, apiVersion, value }: ManifestObject): boolean {
  return (
    kind === 'Rollout' &&
    groupOf(apiVersion) === 'argoproj.io' &&
    mapAt(value, 'spec', 'template', 'spec') !== undefined
  );
}

/** Reads a workload; undefined for an object of another kind. */
export function viewWorkload(object: ManifestObject): WorkloadView | undefined {
  const podPath = podPaths.get(object.kind) ?? (isRollout(object) ? ['spec', 'template'] : undefined);
  if (podPath === undefined) return undefined;
  const podSpecPath = [...podPath, 'spec'];
  const podSpec = mapAt(object.value, ...podSpecPath) ?? {};
  return {
    object,
    kind: object.kind,
    namespace: namespaceOf(object),
    name: object.name,
    labels: labelsAt(object, [...podPath, 'metadata', 'labels']),
    podPath,
    podSpecPath,
    podSpec,
    replicas: replicasOf(object),
    containers: [
      ...viewContainers(podSpec, podSpecPath, 'initContainers'),
      ...viewContainers(podSpec, podSpecPath, 'containers'),
    ],
  };
}

function replicasOf(object: ManifestObject): number | undefined {
  switch (object.kind) {
    case 'DaemonSet':
      return undefined;
    case 'Pod':
      return 1;
    case 'Job':
      return integerAt(object.value, 'spec', 'parallelism') ?? 1;
    case 'CronJob':
      return integerAt(object.value, 'spec', 'jobTemplate', 'spec', 'parallelism') ?? 1;
    default:
      return integerAt(object.value, 'spec', 'replicas') ?? 1;
  }
}

function viewContainers(
  podSpec: JsonObject,
  podSpecPath: Path,
  field: 'containers' | 'initContainers',
): ContainerView[] {
  return listAt(podSpec, field).map((value, index) => {
    const path = [...podSpecPath, field, index];
    return {
      path,
      name: textAt(value, 'name'),
      value,
      isInit: field === 'initContainers',
      keepsRunning: field === 'containers' || textAt(value, 'restartPolicy') === 'Always',
      ports: listAt(value, 'ports').map((port, position) => viewPort(port, [...path, 'ports', position])),
    };
  });
}

function viewPort(port: Json, path: Path): ContainerPortView {
  return {
    path,
    name: textAt(port, 'name'),
    containerPort: integerAt(port, 'containerPort'),
    protocol: textAt(port, 'protocol') || 'TCP',
    hostPort: integerAt(port, 'hostPort') ?? 0,
    hostIP: textAt(port, 'hostIP'),
  };
}
