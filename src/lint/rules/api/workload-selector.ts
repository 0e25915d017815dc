import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import { matchesLabelSelector, selectorFaults } from '../../model/label-selector.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { mapAt } from '../../values.js';
import { isObject, valueAt } from '../../../manifests/values.js';

const path: Path = ['spec', 'selector'];
const withLabelSelector = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

export const workloadSelector: LintRule = {
  id: 'api/workload-selector',
  severity: 'error',
  documentation: {
    summary: "A workload's selector does not match its own template",
    why: `A controller counts the Pods that its selector matches. If the labels of its own template do not match, it
would make Pods for ever without ever finding one of them, so the API server refuses such a workload, and one with
an empty selector. The template may well have more labels than the selector asks for. A Job needs no selector; one that
is written counts.`,
    remedy:
      'Give the template every label of `spec.selector`. The selector of an existing workload cannot be ' +
      'changed; change the labels, or make a new one.',
    falseAlarm:
      "Where labels come from a patch or a chart's values that are not among the inputs: lint the result. What kustomizations add is known here.",
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: website
    spec:
      containers:
      - name: web
        image: registry.example.com/web:2.3.0
`,
    good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
      - name: web
        image: registry.example.com/web:2.3.0
`,
    sources: [
      "API validation of apps/v1, ReplicationController and Job: the selector must match the template's labels",
      'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
    ],
  },
  *check({ allWorkloads }) {
    for (const workload of allWorkloads) {
      const { object, kind } = workload;
      if (isEmptySelector(workload)) {
        yield {
          object,
          path,
          message: `The selector is empty, so the API server refuses the ${kind}; name the labels that its Pods have.`,
        };
      } else if (isMismatched(workload)) {
        const labels = [...workload.labels].map(([key, value]) => `${key}=${value}`).join(', ');
        yield {
          object,
          path: [...workload.podPath, 'metadata', 'labels'],
          message:
            `${labels === '' ? `The template has no labels, and the ${kind} selects some` : `The template's labels ${quote(labels)} do not match the ${kind}'s own selector`}, ` +
            'so the API server refuses it; make them agree.',
        };
      }
    }
  },
};

/** Only if it is written; `schema/invalid` reports a missing one. */
function isEmptySelector({ object, kind }: WorkloadView): boolean {
  const selector = valueAt(object.value, ...path);
  if (!withLabelSelector.has(kind) || !isObject(selector)) return false;
  return Object.entries(selector).every(
    ([field, value]) => (field === 'matchLabels' || field === 'matchExpressions') && isEmpty(value),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A missing template, and labels that are not a map of strings, are reported by `schema/invalid` and `yaml/`. */
function isMismatched({ object, kind, labels, podPath }: WorkloadView): boolean {
  const isPlain = kind === 'ReplicationController';
  const written = valueAt(object.value, ...podPath, 'metadata', 'labels') ?? {};
  if (!isObject(valueAt(object.value, ...path)) || !isObject(valueAt(object.value, ...podPath)) || !isObject(written))
    return false;
  const wanted = isPlain ? path : [...path, 'matchLabels'];
  if (Object.values(mapAt(object.value, ...wanted) ?? {}).some((value) => typeof value !== 'string')) return false;
  if (Object.keys(written).length !== labels.size || selectorFaults(object, path, isPlain).length > 0) return false;
  return !matchesLabelSelector(object, path, isPlain, labels);
}
