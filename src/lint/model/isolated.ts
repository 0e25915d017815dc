import type { LintContext } from '../context.js';
import { labelsAt, listAt, valueAt } from '../values.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { matchesLabelSelector } from './label-selector.js';
import { isPolicy, readPolicy, type Direction, type Policy, type PolicyPort } from './policy.js';
import { findNamedPort } from './serving-ports.js';
import type { WorkloadView } from './workload.js';

/** The NetworkPolicies of a set, and the workloads in the set that each selects. */
export interface Isolation {
  readonly policies: readonly Policy[];
  selectedBy(policy: Policy): readonly WorkloadView[];
  /** The policies that isolate a workload's Pods in a direction. */
  isolating(workload: WorkloadView, direction: Direction): readonly Policy[];
}

const known = new WeakMap<LintContext, Isolation>();

/** Computed once for a set. */
export function isolationIn(context: LintContext): Isolation {
  let isolation = known.get(context);
  if (isolation === undefined) known.set(context, (isolation = isolate(context)));
  return isolation;
}

function isolate(context: LintContext): Isolation {
  const policies = context.objects.filter(isPolicy).map(readPolicy);
  const selected = new Map(policies.map((policy) => [policy, selectedOf(context, policy)]));
  const byWorkload = new Map<WorkloadView, Policy[]>();
  for (const [policy, workloads] of selected)
    for (const workload of workloads) addToGroup(byWorkload, workload, policy);
  return {
    policies,
    selectedBy: (policy) => selected.get(policy) ?? [],
    isolating: (workload, direction) => (byWorkload.get(workload) ?? []).filter(({ isolates }) => isolates[direction]),
  };
}

export const podSelectorPath = ['spec', 'podSelector'];

function selectedOf(context: LintContext, { namespace, object }: Policy): readonly WorkloadView[] {
  // An empty `matchLabels:` in a template means that something else fills it in.
  if (valueAt(object.value, ...podSelectorPath, 'matchLabels') === null) return [];
  const labels = labelsAt(object, [...podSelectorPath, 'matchLabels']);
  const found = labels.size === 0 ? context.workloadsIn(namespace) : context.select(namespace, labels);
  return listAt(object.value, ...podSelectorPath, 'matchExpressions').length === 0
    ? found
    : found.filter((workload) => matchesLabelSelector(object, podSelectorPath, false, workload.labels));
}

/** Whether a port of a policy is a port of a workload's Pods; names are looked up in the destination Pod. */
export function isPort(
  { protocol, port, endPort }: PolicyPort,
  wanted: { readonly protocol: string; readonly port: number },
  workload: WorkloadView,
): boolean {
  if (protocol !== wanted.protocol) return false;
  const first = typeof port === 'string' ? findNamedPort(workload, port, protocol) : port;
  return first === undefined ? port === undefined : first <= wanted.port && wanted.port <= (endPort ?? first);
}
