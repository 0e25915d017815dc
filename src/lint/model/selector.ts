import { integerAt } from '../values.js';
import { addToGroup, entryOf } from '../../diagnostics/groups.js';
import type { WorkloadView } from './workload.js';

type Labels = ReadonlyMap<string, string>;

/** Whether `labels` contains every pair of `selector`; an empty selector selects nothing, as in a Service. */
export function matches(selector: Labels, labels: Labels): boolean {
  if (selector.size === 0) return false;
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return true;
}

/**
 * Labels that controllers set on Pods at run time, and the workloads with such Pods. Templates do not contain them, so
 * a selector with one is matched by what is known: the kind of workload and, if the value contains it, the workload's
 * name.
 */
const controllerLabels: ReadonlyMap<string, (workload: WorkloadView, value: string) => boolean> = new Map([
  [
    'statefulset.kubernetes.io/pod-name',
    (workload, value) =>
      workload.kind === 'StatefulSet' &&
      value.replace(/-\d+$/, '') === workload.name &&
      hasOrdinal(workload, Number(/\d+$/.exec(value)?.[0] ?? NaN)),
  ],
  [
    'apps.kubernetes.io/pod-index',
    (workload, value) => workload.kind === 'StatefulSet' && hasOrdinal(workload, Number(value)),
  ],
  ['controller-revision-hash', (workload) => workload.kind === 'StatefulSet' || workload.kind === 'DaemonSet'],
  ['pod-template-generation', (workload) => workload.kind === 'DaemonSet'],
  ['pod-template-hash', (workload) => workload.kind === 'Deployment' || workload.kind === 'ReplicaSet'],
  ...['job-name', 'batch.kubernetes.io/job-name'].map(
    (label): [string, (workload: WorkloadView, value: string) => boolean] => [label, isJobOfName],
  ),
  ...['controller-uid', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-completion-index'].map(
    (label): [string, (workload: WorkloadView) => boolean] => [label, isJob],
  ),
]);

/** Whether a StatefulSet has a Pod with that number; without replicas in the manifest, the number is unknown. */
function hasOrdinal({ object }: WorkloadView, ordinal: number): boolean {
  const replicas = integerAt(object.value, 'spec', 'replicas');
  const start = integerAt(object.value, 'spec', 'ordinals', 'start') ?? 0;
  return replicas === undefined || (ordinal >= start && ordinal < start + replicas);
}

function isJob(workload: WorkloadView): boolean {
  return workload.kind === 'Job' || workload.kind === 'CronJob';
}

function isJobOfName(workload: WorkloadView, value: string): boolean {
  return (
    (workload.kind === 'Job' && workload.name === value) ||
    (workload.kind === 'CronJob' && value.startsWith(`${workload.name}-`))
  );
}

/** Whether a workload's Pods have this label with this value. */
function hasLabel(workload: WorkloadView, key: string, value: string): boolean {
  return (
    workload.labels.get(key) === value ||
    (!workload.labels.has(key) && controllerLabels.get(key)?.(workload, value) === true)
  );
}

/** Workloads by namespace and label: the cost of a selector is the number of workloads with its rarest label. */
export class WorkloadIndex {
  readonly #byNamespace = new Map<string, WorkloadView[]>();
  readonly #byLabel = new Map<string, WorkloadView[]>();
  readonly #selected = new Map<string, readonly WorkloadView[]>();

  constructor(workloads: readonly WorkloadView[]) {
    for (const workload of workloads) {
      addToGroup(this.#byNamespace, workload.namespace, workload);
      for (const [key, value] of workload.labels)
        addToGroup(this.#byLabel, labelKey(workload.namespace, key, value), workload);
    }
  }

  in(namespace: string): readonly WorkloadView[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** The workloads with Pods that a Service's selector matches, in reading order: one list for each selector. */
  select(namespace: string, selector: Labels): readonly WorkloadView[] {
    if (selector.size === 0) return [];
    const key = [namespace, ...[...selector].map(([label, value]) => `${label}\0${value}`).sort()].join('\0');
    return entryOf(this.#selected, key, () => this.#selectAnew(namespace, selector));
  }

  #selectAnew(namespace: string, selector: Labels): readonly WorkloadView[] {
    let candidates = this.in(namespace);
    for (const [key, value] of selector) {
      if (controllerLabels.has(key)) continue;
      const having = this.#byLabel.get(labelKey(namespace, key, value)) ?? [];
      if (having.length < candidates.length) candidates = having;
    }
    return candidates.filter((workload) => [...selector].every(([key, value]) => hasLabel(workload, key, value)));
  }
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\0${key}\0${value}`;
}
