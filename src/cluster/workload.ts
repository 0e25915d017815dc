import type { JsonObject, ManifestObject } from '../manifests/types.js';
import { groupOf, itemsOf, labelsOf, namespaceOf, numberOf, objectOf, textOf } from '../manifests/values.js';

type Labels = Readonly<Record<string, string>>;

/** An object that has Pods: a Pod itself, or an object with a Pod template. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The labels of its Pods; see `labelsOfPod` for labels that some kinds add. */
  readonly labels: Labels;
  readonly podSpec: JsonObject;
  /** The number of its Pods; undefined if there is one on every node. */
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

/** Whether objects of this kind have Pods that run as long as the object exists (a CronJob has none of its own). */
export function isWorkload(object: ManifestObject): boolean {
  return (
    Object.hasOwn(groupsOfKinds, object.kind) &&
    groupsOfKinds[object.kind]?.includes(groupOf(object.apiVersion)) === true
  );
}

/**
 * The workloads among the objects, with each Pod counted once: if an object and something it owns are both present, as
 * in a dump of a cluster, the owned object is more exact and the owner is left out.
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
 * Owners by name, such as `ReplicaSet web-6d4b`, because manifests have no uids. For a Pod of a ReplicaSet the
 * Deployment is included: the name without the Pod template's hash.
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

/** Whether each Pod of the workload has its own labels, so that a Service can select a single one. */
export function hasLabelsPerPod(workload: Workload): boolean {
  return workload.kind === 'StatefulSet';
}

/** The number of a StatefulSet's first Pod. */
export function firstOrdinal(workload: Workload): number {
  return workload.kind === 'StatefulSet'
    ? numberOf(objectOf(objectOf(workload.object.value.spec).ordinals).start, 0)
    : 0;
}

/** The labels of the Pod with this number: those of the template, and those added by the workload's controller. */
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
