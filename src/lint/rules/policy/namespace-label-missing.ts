import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import { matchesLabelSelector } from '../../model/label-selector.js';
import { isPolicy, readPolicy } from '../../model/policy.js';
import { groupBy } from '../../../diagnostics/groups.js';
import type { LintContext } from '../../context.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintRule, Problem } from '../../rule.js';
import { labelsAt } from '../../values.js';
import { examplePolicy, exampleWeb } from './example-manifests.js';
import { valueAt } from '../../../manifests/values.js';

const from = (label: string): string =>
  `${examplePolicy(`  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          ${label}: monitoring`)}${exampleWeb}---
apiVersion: v1
kind: Namespace
metadata:
  name: monitoring
`;

export const namespaceLabelMissing: LintRule = {
  id: 'policy/namespace-label-missing',
  severity: 'warning',
  documentation: {
    summary: 'A NetworkPolicy looks for a namespace by a label that this namespace does not have',
    why: `\`namespaceSelector\` asks for labels of namespaces, never for their names. Where a Namespace of the set has the name that is written as the label's value, but not the label, the selector finds nothing:
Pods of that namespace are not admitted. Every namespace has the label \`kubernetes.io/metadata.name\` (Kubernetes 1.22 and newer).`,
    remedy: 'Ask for `kubernetes.io/metadata.name`, or give the Namespace the label.',
    falseAlarm: 'Where the namespace gets the label otherwise, as by `kubectl label`.',
    bad: from('name'),
    good: from('kubernetes.io/metadata.name'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
    ],
  },
  *check(context) {
    const namespaces = groupBy(context.ofKind('Namespace'), ({ name }) => name);
    if (namespaces.size === 0) return;
    for (const object of context.objects.filter(isPolicy))
      for (const path of selectorsOf(object)) yield* problemAt(context, object, path, namespaces);
  },
};

const labelsPath = ['metadata', 'labels'];

/** An empty `labels:` in a template means that something else fills it in. */
function isUnwritten({ value }: ManifestObject): boolean {
  return valueAt(value, ...labelsPath) === null;
}

function selectorsOf(object: ManifestObject): Path[] {
  const { ingress, egress } = readPolicy(object);
  return [...ingress, ...egress].flatMap(({ peers = [] }) =>
    peers
      .flatMap((peer) => (peer.kind === 'selector' ? [peer.namespaceSelector ?? []] : []))
      .filter(({ length }) => length > 0),
  );
}

function* problemAt(
  context: LintContext,
  object: ManifestObject,
  path: Path,
  namespaces: ReadonlyMap<string, readonly ManifestObject[]>,
): Iterable<Problem> {
  for (const [key, value] of labelsAt(object, [...path, 'matchLabels'])) {
    const named = namespaces.get(value);
    if (named === undefined || key === 'kubernetes.io/metadata.name') continue;
    const labelsOf = (one: ManifestObject): ReadonlyMap<string, string> =>
      new Map([...labelsAt(one, ['metadata', 'labels']), ['kubernetes.io/metadata.name', one.name]]);
    const isFound = [...namespaces.values()]
      .flat()
      .some((one) => matchesLabelSelector(object, path, false, labelsOf(one)));
    if (
      isFound ||
      named.some((one) => labelsOf(one).has(key) || isUnwritten(one) || context.isRefused(one, labelsPath))
    )
      continue;
    yield {
      object,
      path: [...path, 'matchLabels', key],
      message:
        `Namespace ${quote(value)} does not have the label ${quote(`${key}=${value}`)}, so that this selector finds no namespace; ` +
        'ask for kubernetes.io/metadata.name, which every namespace has.',
    };
  }
}
