import type { Path } from '../../diagnostics/finding.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { labelsAt, listAt } from '../values.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { matchesLabelSelector } from './label-selector.js';
import { isPolicy, readPolicy, type Direction, type Policy, type PolicyPort } from './policy.js';
import { isExample } from './example-folders.js';
import { folderOfObject } from './folders.js';
import { findNamedPort } from './serving-ports.js';
import { saysNamespace } from './surroundings.js';
import type { WorkloadView } from './workload.js';
import { valueAt } from '../../manifests/values.js';
import { memoized } from '../../diagnostics/memoized.js';

/**
 * The NetworkPolicies of a set, and the workloads in the set that each selects, without those of other applications that
 * only have the same labels.
 */
export interface Isolation {
  readonly policies: readonly Policy[];
  selectedBy(policy: Policy): readonly WorkloadView[];
  /** Whether the set itself has the workload, so that its policies are all known; other units may have more. */
  readonly isOwn: (workload: WorkloadView) => boolean;
  /** The policies that isolate a workload's Pods in a direction. */
  isolating(workload: WorkloadView, direction: Direction): readonly Policy[];
}

/** Computed once for a set. */
export const isolationIn = memoized(isolate);

function isolate(context: LintContext): Isolation {
  const policies = context.objects.filter(isPolicy).map(readPolicy);
  const own = new Set(context.workloads);
  const isStranger = strangersIn(context, own);
  const selected = new Map(
    policies.map((policy) => [
      policy,
      podsAt(context, policy.namespace, policy.object, podSelectorPath).filter((one) => !isStranger(policy, one)),
    ]),
  );
  const byWorkload = new Map<WorkloadView, Policy[]>();
  for (const [policy, workloads] of selected)
    for (const workload of workloads) addToGroup(byWorkload, workload, policy);
  return {
    policies,
    selectedBy: (policy) => selected.get(policy) ?? [],
    isOwn: (workload) => own.has(workload),
    isolating: (workload, direction) => (byWorkload.get(workload) ?? []).filter(({ isolates }) => isolates[direction]),
  };
}

/**
 * Whether a workload in another folder than a policy without a namespace only happens to have its labels: the policy is
 * an example, has other Pods beside it or is built without this one, or the set has alternatives.
 */
function strangersIn(
  context: LintContext,
  own: ReadonlySet<WorkloadView>,
): (policy: Policy, workload: WorkloadView) => boolean {
  const folders = new Set(context.workloads.map((workload) => folderOfObject(workload.object)));
  return ({ object }, workload) => {
    const folder = folderOfObject(object);
    if (saysNamespace(object) || folder === folderOfObject(workload.object)) return false;
    return (
      !own.has(workload) ||
      folders.has(folder) ||
      isExample(object.source, context.sources) ||
      !context.surroundings.areTogether(object, workload.object)
    );
  };
}

export const podSelectorPath = ['spec', 'podSelector'];

/** The workloads of a namespace that the label selector at a path of a policy matches. */
export function podsAt(
  context: LintContext,
  namespace: string,
  object: ManifestObject,
  path: Path,
): readonly WorkloadView[] {
  // An empty `matchLabels:` in a template means that something else fills it in.
  if (valueAt(object.value, ...path, 'matchLabels') === null) return [];
  const labels = labelsAt(object, [...path, 'matchLabels']);
  const found = labels.size === 0 ? context.workloadsIn(namespace) : context.select(namespace, labels);
  return listAt(object.value, ...path, 'matchExpressions').length === 0
    ? found
    : found.filter((workload) => matchesLabelSelector(object, path, false, workload.labels));
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
