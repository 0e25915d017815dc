import { readinessProbe, whyNotReady } from '../../explain/manifests/probes.js';
import type { Reason } from '../../explain/types.js';
import { describeWorkloads } from '../../lint/model/describe.js';
import { servingContainers } from '../../lint/model/serving-ports.js';
import type { WorkloadView } from '../../lint/model/workload.js';
import { result } from '../result.js';
import { quoteForShell } from '../../diagnostics/shell.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { namespaceOf } from '../../manifests/values.js';

const name = { id: 'ready', title: 'Its Pods are ready' };

/** The status of its Pods; for planned Pods, when they become ready. */
export function ready(subject: Subject): CheckResult {
  const { pods, workloads, service, knowledge, namespace } = subject;
  const look = lookAt(subject);
  if (workloads.length === 0)
    return result(
      name,
      'unknown',
      [service === undefined ? 'rules do not show Pods' : 'the inputs contain none of its Pods'],
      look,
    );
  const broken = knowledge.findings
    .filter(
      ({ rule, object }) =>
        rule === 'workload/probe-port-missing' &&
        workloads.some((one) => one.object.name === object?.name && namespaceOf(object) === namespace),
    )
    .map(({ message, file, range }): Reason => ({ message: message.replace(/\.$/, ''), file, line: range.start.line }));
  if (broken.length > 0)
    return result(name, 'failed', broken, 'Fix the probe: while it fails, the Pod gets no connections.');
  const recorded = pods.filter(({ isPlanned }) => !isPlanned);
  if (recorded.length === 0) return result(name, 'unknown', whenReady(workloads), look);
  const unready = recorded.filter((pod) => !pod.ready);
  if (unready.length === 0)
    return result(name, 'ok', [`${recorded.length === 1 ? 'its Pod is' : `all ${recorded.length} Pods are`} ready`]);
  const reasons = workloads.filter(({ object }) => unready.some((pod) => pod.object === object)).flatMap(whyNotReady);
  const some =
    recorded.length === 1
      ? 'its Pod is not ready'
      : `${unready.length} of ${recorded.length} Pods ${unready.length === 1 ? 'is' : 'are'} not ready`;
  const isServed = service?.publishNotReadyAddresses === true;
  // Some Pods are ready and answer, so the unready ones are not the reason.
  if (unready.length < recorded.length || isServed)
    return result(name, 'ok', [
      `${some}${isServed ? ', but publishNotReadyAddresses uses them anyway' : '; the others answer'}`,
      ...reasons.slice(0, 3),
    ]);
  return result(
    name,
    'failed',
    [some, ...reasons.slice(0, 5)],
    `kubectl describe pods -n ${namespace} ${labelsOption(subject)}`.trim(),
  );
}

function lookAt(subject: Subject): string {
  return `kubectl get pods -n ${subject.namespace} ${labelsOption(subject)}`.trim();
}

function labelsOption({ service }: Subject): string {
  const labels = Object.entries(service?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? '' : `-l ${quoteForShell(labels.join(','))}`;
}

function whenReady(workloads: readonly WorkloadView[]): string[] {
  const without = workloads.filter((one) =>
    servingContainers(one).every((container) => readinessProbe(container) === undefined),
  );
  const probes = workloads.flatMap(whyNotReady).map(({ message }) => message);
  return [
    'the manifests contain no status of its Pods',
    ...new Set(probes.slice(0, 3)),
    ...(without.length === 0
      ? []
      : [`${describeWorkloads(without)} has no readiness probe, so its Pods are ready as soon as they have started`]),
  ];
}
