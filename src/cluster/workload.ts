import type { JsonObject, ManifestObject } from '../manifests/types.js';
import { groupOf, itemsOf, labelsOf, namespaceOf, numberOf, objectOf, textOf } from './values.js';

type Labels = Readonly<Record<string, string>>;

/** Something that has Pods: a Pod itself, or an object with a Pod template. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What its Pods carry; see `labelsOfPod` for what some kinds add. */
  readonly labels: Labels;
  readonly podSpec: JsonObject;
  /** How many Pods it has; undefined for one on every node. */
  readonly replicas: number | undefined;
  readonly object: ManifestObject;
}

const groupsOfKinds: Readonly<Record<string, readonly string[]>> = {
  Pod: [''],
  ReplicationController: [''],
  Deployment: ['apps', 'extensions'],
  ReplicaSet: ['apps', 'extensions'],
  StatefulSet: ['apps'],
  DaemonSet: ['apps', 'extensions'],
  Job: ['batch'],
};

/** Whether objects of this kind have Pods that run as long as the object is there (a CronJob has none of its own). */
export function isWorkload(object: ManifestObject): boolean {
  return (
    Object.hasOwn(groupsOfKinds, object.kind) &&
    groupsOfKinds[object.kind]?.includes(groupOf(object.apiVersion)) === true
  );
}

/**
 * The workloads among the objects, each Pod counted once: where an object and something it owns are both there, as in a
 * dump of a cluster, what is owned is nearer to the truth and its owner is left out.
 */
export function readWorkloads(objects: readonly ManifestObject[]): Workload[] {
  const owners = new Set(
    objects.flatMap((object) => ownersOf(object).map((owner) => `${namespaceOf(object)} ${owner}`)),
  );
  return objects
    .filter((object) => !owners.has(`${namespaceOf(object)} ${object.kind} ${object.name}`))
    .map(readWorkload);
}

/**
 * Owners by name, `ReplicaSet web-6d4b`, since manifests have no uids. A Pod of a ReplicaSet names the Deployment, too:
 * less the Pod template's hash.
 */
export function ownersOf(object: ManifestObject): string[] {
  const metadata = objectOf(object.value.metadata);
  const hash = textOf(labelsOf(metadata.labels)['pod-template-hash']);
  return itemsOf(metadata.ownerReferences).flatMap((owner) => {
    const [kind, name] = [textOf(owner.kind), textOf(owner.name)];
    const direct = `${kind} ${name}`;
    const isOfDeployment = kind === 'ReplicaSet' && hash !== '' && name.endsWith(`-${hash}`);
    return isOfDeployment ? [direct, `Deployment ${name.slice(0, -hash.length - 1)}`] : [direct];
  });
}

function readWorkload(object: ManifestObject): Workload {
  const spec = objectOf(object.value.spec);
  const pod = object.kind === 'Pod' ? object.value : objectOf(spec.template);
  return {
    kind: object.kind,
    namespace: namespaceOf(object),
    name: object.name,
    labels: labelsOf(objectOf(pod.metadata).labels),
    podSpec: objectOf(pod.spec),
    replicas: readReplicas(object, spec),
    object,
  };
}

function readReplicas(object: ManifestObject, spec: JsonObject): number | undefined {
  if (object.kind === 'DaemonSet') return undefined;
  if (object.kind === 'Pod') return 1;
  if (object.kind !== 'Job') return numberOf(spec.replicas, 1);
  const isDone = spec.suspend === true || objectOf(object.value.status).completionTime !== undefined;
  return isDone ? 0 : Math.min(numberOf(spec.parallelism, 1), numberOf(spec.completions, Infinity));
}

/** Whether every Pod of the workload has labels of its own, so that a Service can select one of them. */
export function hasLabelsPerPod(workload: Workload): boolean {
  return workload.kind === 'StatefulSet';
}

/** The number of a StatefulSet's first Pod. */
export function firstOrdinal(workload: Workload): number {
  return workload.kind === 'StatefulSet'
    ? numberOf(objectOf(objectOf(workload.object.value.spec).ordinals).start, 0)
    : 0;
}

/** The labels of the Pod with this number: those of the template, and what the workload's controller adds. */
export function labelsOfPod(workload: Workload, ordinal: number): Labels {
  if (workload.kind === 'StatefulSet') {
    return {
      ...workload.labels,
      'statefulset.kubernetes.io/pod-name': `${workload.name}-${ordinal}`,
      'apps.kubernetes.io/pod-index': `${ordinal}`,
    };
  }
  if (workload.kind !== 'Job') return workload.labels;
  return { 'batch.kubernetes.io/job-name': workload.name, 'job-name': workload.name, ...workload.labels };
}
