import { describeLabels, describeWorkloads } from '../../lint/model/describe.js';
import { LabelHints } from '../../lint/model/near-labels.js';
import { count } from '../../explain/words/plain.js';
import { at, result } from '../result.js';
import { quoteForShell } from '../../diagnostics/shell.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'selector', title: 'Its selector matches Pods' };

/** Whether the labels of Pods match the Service's selector. */
export function selector({ service, workloads, pods, context, namespace, slices, isDump }: Subject): CheckResult {
  if (service === undefined)
    return result(
      name,
      'unknown',
      ['rules do not show labels'],
      'Add the manifests: kubectl get services,pods,endpointslices,networkpolicies,nodes -A -o yaml',
    );
  if (service.selector === undefined)
    return slices.length > 0
      ? result(name, 'ok', ['it has no selector: its endpoints are listed by hand or by another controller'])
      : result(
          name,
          'failed',
          [at('it has no selector, and no EndpointSlice or Endpoints object belongs to it', service.object, ['spec'])],
          `Give it a selector, or an EndpointSlice with the label kubernetes.io/service-name: ${service.name}.`,
        );
  const labels = describeLabels(Object.entries(service.selector));
  const empty = workloads.filter(({ replicas }) => replicas === 0);
  const [firstEmpty] = empty;
  if (firstEmpty !== undefined && empty.length === workloads.length && pods.length === 0)
    return result(
      name,
      'failed',
      [
        at(`${labels} picks ${describeWorkloads(empty)}, which has 0 replicas`, firstEmpty.object, [
          'spec',
          'replicas',
        ]),
      ],
      'Scale it up.',
    );
  if (workloads.length > 0)
    return result(name, 'ok', [
      `${labels} picks ${describeWorkloads(workloads)}${pods.length === 0 ? '' : ` (${count(pods.length, 'Pod')})`}`,
    ]);
  if (context.workloads.length === 0)
    return result(
      name,
      isDump || slices.length > 0 ? 'unknown' : 'failed',
      [at(`the inputs contain no Pod or workload that ${labels} could match`, service.object, ['spec', 'selector'])],
      `kubectl get pods -n ${namespace} -l ${quoteForShell(labels.slice(1, -1))}`,
    );
  const hint = new LabelHints(context).hint({ namespace, selector: new Map(Object.entries(service.selector)) });
  return result(
    name,
    'failed',
    [
      at(
        `${labels} matches no Pod or Pod template of namespace ${namespace}${hint === undefined ? '' : `; ${hint}`}`,
        service.object,
        ['spec', 'selector'],
      ),
    ],
    hint?.includes('of its own namespace only') === true
      ? 'Create the Service in the namespace of these Pods, or the Pods in the namespace of the Service.'
      : 'Make the selector equal to the labels of the Pods (in workloads: of spec.template).',
  );
}
