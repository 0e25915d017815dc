import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import { mayComeFromChart } from '../../model/charts.js';
import { describeLabels, didYouMean } from '../../model/describe.js';
import { isFragment } from '../../model/example-folders.js';
import { podSelectorPath } from '../../model/isolated.js';
import { describeObject } from '../../model/names.js';
import { Misspellings, type Misspelling } from '../../model/misspelt-labels.js';
import { kustomizeLabels, OperatorIndex } from '../../model/operators.js';
import { isPolicy, readPolicy, type Policy } from '../../model/policy.js';
import type { LintRule, Problem } from '../../rule.js';
import { labelsAt, listAt } from '../../values.js';
import { examplePolicy, exampleWeb } from './example-manifests.js';

const named = (app: string): string =>
  `${examplePolicy('  policyTypes: [Ingress]').replace('app: web', `app: ${app}`)}${exampleWeb}`;

export const noMatchingPods: LintRule = {
  id: 'policy/no-matching-pods',
  severity: 'warning',
  documentation: {
    summary: 'A NetworkPolicy asks for a label that is nearly that of the Pods beside it',
    why: `A \`podSelector\` that matches no Pod is valid, and nothing says so: as the policy's own, it isolates nothing, and the Pods that it was written for stay open to everybody; among \`from\` or \`to\`, it
admits nobody, and connections are dropped.

Policies are often written for Pods that something else makes. So it is reported only where a workload of the file or folder has all labels but one, and this one is a near miss: a value or a key with a typing error, or
in the file the value under another key. It is not where the value is written elsewhere in the set (as the name of an object, or in a label or selector), where the values differ only in digits, where a
custom resource or a chart may make the Pods, and in folders of documentation and tests.`,
    remedy: 'Copy the label from the Pod template.',
    falseAlarm: 'Where Pods with that label are made by something that is not among the inputs.',
    bad: named('wbeb'),
    good: named('web'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource (podSelector)',
    ],
  },
  *check(context) {
    const policies = context.objects.filter(isPolicy).map(readPolicy);
    if (policies.length === 0) return;
    const misspellings = new Misspellings(context);
    const operators = new OperatorIndex(context);
    const isAdded = kustomizeLabels(context.objects).size > 0;
    for (const policy of policies) {
      const { object, namespace } = policy;
      if (isAdded || isFragment(object.source, context.sources)) continue;
      for (const path of selectorsOf(policy)) {
        const labels = labelsAt(object, [...path, 'matchLabels']);
        if (context.select(namespace, labels).length > 0 || context.isRefused(object, path)) continue;
        const meant = misspellings.of(object, namespace, labels);
        if (meant === undefined || operators.mayMakePods(namespace, labels) || mayComeFromChart(context, object))
          continue;
        if (!context.unread.mention([...labels].flat())) yield problemOf(policy, path, labels, meant);
      }
    }
  },
};

/** The selectors of a policy by labels of Pods alone: its own, and those of peers in its namespace. */
function selectorsOf({ object, ingress, egress }: Policy): Path[] {
  const peers = [...ingress, ...egress].flatMap((rule) => rule.peers ?? []);
  const paths = peers.flatMap((peer) =>
    peer.kind === 'selector' && peer.podSelector !== undefined && peer.namespaceSelector === undefined
      ? [peer.podSelector]
      : [],
  );
  return [podSelectorPath, ...paths].filter(
    (path) =>
      labelsAt(object, [...path, 'matchLabels']).size > 0 &&
      listAt(object.value, ...path, 'matchExpressions').length === 0,
  );
}

function problemOf(
  { object }: Policy,
  path: Path,
  labels: ReadonlyMap<string, string>,
  { workload, written: [key, value], meant }: Misspelling,
): Problem {
  const effect = path === podSelectorPath ? 'the policy isolates no Pods' : 'this admits nobody';
  const isKey = meant[1] === value;
  return {
    object,
    path: [...path, 'matchLabels', key],
    ...(isKey ? { part: 'key' } : {}),
    message:
      `The selector ${describeLabels(labels)} matches no Pod or Pod template, so that ${effect}; ` +
      `${describeObject(workload.object)} has ${quote(meant.join('='))}: ${didYouMean(isKey ? meant[0] : meant[1])}`,
  };
}
