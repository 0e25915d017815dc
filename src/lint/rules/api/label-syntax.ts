import type { Path } from '../../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import { isOwnKind } from '../../model/names.js';
import { labelFaults, selectorFaults, type LabelFault } from '../../model/label-selector.js';
import { viewWorkload } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { isList, isObject, valueAt } from '../../../manifests/values.js';

export const labelSyntax: LintRule = {
  id: 'api/label-syntax',
  severity: 'error',
  documentation: {
    summary: 'A label or a selector is malformed',
    why: `Labels are what selectors match, so their syntax is narrow. A value is empty or up to 63 letters, digits,
\`-\`, \`_\` and \`.\`, with a letter or digit at each end; a key is such a name, with a DNS name and \`/\` in front of
it if you like. The API server refuses an object with labels, template labels or a selector that break this, and a
selector with \`In\` or \`NotIn\` and no values, or with \`Exists\` or \`DoesNotExist\` and some. Annotations
may hold any text.`,
    remedy: 'Shorten or rewrite the label, in the selectors that ask for it too; free text belongs into an annotation.',
    falseAlarm: 'In custom resources that never reach an API server, such as the configuration of an installer.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    team: Shop Front
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    team: shop-front
  annotations:
    example.com/team: Shop Front
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of labels and label selectors',
      'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set',
    ],
  },
  *check({ objects }) {
    for (const object of objects) {
      if (isOffline(object)) continue;
      for (const { path, part, fault } of faultsOf(object)) {
        yield {
          object,
          path,
          ...(part === undefined ? {} : { part }),
          message: `${fault}, so the API server refuses the ${object.kind}; rewrite it.`,
        };
      }
    }
  },
};

/** Objects that kops keeps in its own store; no API server reads them. */
function isOffline({ apiVersion }: ManifestObject): boolean {
  return apiVersion.startsWith('kops.k8s.io/');
}

function* faultsOf(object: ManifestObject): Iterable<LabelFault> {
  yield* labelFaults(object.value, ['metadata', 'labels']);
  if (!isOwnKind(object)) return;
  if (object.kind === 'Service') yield* labelFaults(object.value, ['spec', 'selector']);
  else if (object.kind === 'NetworkPolicy' || object.kind === 'PodDisruptionBudget')
    yield* selectorsWithin(object, valueAt(object.value, 'spec'), ['spec']);
  else yield* faultsOfWorkload(object);
}

function* faultsOfWorkload(object: ManifestObject): Iterable<LabelFault> {
  const workload = viewWorkload(object);
  if (workload === undefined) return;
  if (workload.podPath.length > 0) yield* labelFaults(object.value, [...workload.podPath, 'metadata', 'labels']);
  if (object.kind === 'CronJob') yield* labelFaults(object.value, ['spec', 'jobTemplate', 'metadata', 'labels']);
  if (object.kind === 'ReplicationController') yield* selectorFaults(object, ['spec', 'selector'], true);
  else if (object.kind !== 'Pod') yield* selectorFaults(object, ['spec', 'selector']);
  yield* labelFaults(object.value, [...workload.podSpecPath, 'nodeSelector']);
  for (const field of ['affinity', 'topologySpreadConstraints']) {
    yield* selectorsWithin(object, valueAt(workload.podSpec, field), [...workload.podSpecPath, field]);
  }
}

/** Fields with selectors of nodes, which have more operators. */
const nodeFields = new Set(['nodeAffinity']);
const deepest = 24;

/** The faults of every label selector within a node: a mapping with matchLabels or matchExpressions. */
function* selectorsWithin(object: ManifestObject, node: Json | undefined, path: Path): Iterable<LabelFault> {
  if (path.length > deepest) return;
  if (isList(node)) {
    for (const [index, item] of node.entries()) yield* selectorsWithin(object, item, [...path, index]);
  } else if (isObject(node)) {
    if ('matchLabels' in node || 'matchExpressions' in node) yield* selectorFaults(object, path);
    else
      for (const [field, item] of Object.entries(node))
        if (!nodeFields.has(field)) yield* selectorsWithin(object, item, [...path, field]);
  }
}
