import type { Service } from '../../cluster/types.js';
import { describeLabels, describeWorkloads } from '../../lint/model/describe.js';
import { LabelHints } from '../../lint/model/near-labels.js';
import { at, result } from '../result.js';
import { quoteForShell } from '../../diagnostics/shell.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { count } from '../../diagnostics/words.js';

const name = { id: 'selector', title: 'Its selector matches Pods' };

/** Whether the labels of Pods match the Service's selector. */
export function selector(subject: Subject): CheckResult {
  const { service, workloads } = subject;
  if (service === undefined)
    return result(
      name,
      'unknown',
      ['rules do not show labels'],
      'Add the manifests: kubectl get services,pods,endpointslices,networkpolicies,nodes -A -o yaml',
    );
  if (service.selector === undefined) return withoutSelector(service, subject);
  const labels = describeLabels(Object.entries(service.selector));
  if (workloads.length > 0) return picked(labels, subject);
  return subject.context.workloads.length === 0
    ? nothingToPick(labels, service, subject)
    : matchesNothing(labels, service, service.selector, subject);
}

function withoutSelector(service: Service, { slices }: Subject): CheckResult {
  return slices.length > 0
    ? result(name, 'ok', ['it has no selector: its endpoints are listed by hand or by another controller'])
    : result(
        name,
        'failed',
        [at('it has no selector, and no EndpointSlice or Endpoints object belongs to it', service.object, ['spec'])],
        `Give it a selector, or an EndpointSlice with the label kubernetes.io/service-name: ${service.name}.`,
      );
}

/** The selector matches workloads, of which at least one must have replicas. */
function picked(labels: string, { workloads, pods }: Subject): CheckResult {
  const empty = workloads.filter(({ replicas }) => replicas === 0);
  const [firstEmpty] = empty;
  if (firstEmpty === undefined || empty.length < workloads.length || pods.length > 0) {
    const number = pods.length === 0 ? '' : ` (${count(pods.length, 'Pod')})`;
    return result(name, 'ok', [`${labels} picks ${describeWorkloads(workloads)}${number}`]);
  }
  const reason = `${labels} picks ${describeWorkloads(empty)}, which has 0 replicas`;
  return result(name, 'failed', [at(reason, firstEmpty.object, ['spec', 'replicas'])], 'Scale it up.');
}

function nothingToPick(labels: string, { object }: Service, { isDump, slices, namespace }: Subject): CheckResult {
  return result(
    name,
    isDump || slices.length > 0 ? 'unknown' : 'failed',
    [at(`the inputs contain no Pod or workload that ${labels} could match`, object, ['spec', 'selector'])],
    `kubectl get pods -n ${namespace} -l ${quoteForShell(labels.slice(1, -1))}`,
  );
}

function matchesNothing(
  labels: string,
  { object }: Service,
  ofService: Readonly<Record<string, string>>,
  { context, namespace }: Subject,
): CheckResult {
  const hint = new LabelHints(context).hint({ namespace, selector: new Map(Object.entries(ofService)) });
  const nearest = hint === undefined ? '' : `; ${hint}`;
  const reason = `${labels} matches no Pod or Pod template of namespace ${namespace}${nearest}`;
  return result(
    name,
    'failed',
    [at(reason, object, ['spec', 'selector'])],
    hint?.includes('of its own namespace only') === true
      ? 'Create the Service in the namespace of these Pods, or the Pods in the namespace of the Service.'
      : 'Make the selector equal to the labels of the Pods (in workloads: of spec.template).',
  );
}
