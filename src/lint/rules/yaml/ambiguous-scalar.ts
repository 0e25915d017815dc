import type { Path } from '../../../diagnostics/finding.js';
import { ambiguousScalar as ambiguousProblem } from '../../../manifests/ambiguous-scalars.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import { isOwnKind } from '../../model/names.js';
import type { LintRule, Problem } from '../../rule.js';
import { mapAt } from '../../values.js';
import { groupOf, isList, isObject, valueAt } from '../../../manifests/values.js';

export const ambiguousScalar: LintRule = {
  id: 'yaml/ambiguous-scalar',
  severity: 'error',
  documentation: {
    summary: 'A plain scalar reads as a boolean or a number where a string is required',
    why: `Kubernetes' reader goes by YAML 1.1: without quotes, \`y\`, \`n\`, \`yes\`, \`no\`, \`on\`, \`off\`, \`true\`
and \`false\` are booleans, and \`1.10\`, \`7251e07\`, \`0x1f\` and \`1_000\` are numbers. Where a string is required
(labels, names, environment values) the API server refuses the object; a commit hash that happens to look like a number
breaks a deployment that worked for months. The other way round, a port written \`0514\` is octal and means 332, and
\`22:22\` is not a port.`,
    remedy: 'Quote the value; write ports as plain decimal numbers.',
    falseAlarm:
      'Where the manifest is only read by kustomize, which takes `yes` for a text: such files are known if their kustomization is among the inputs.',
    fixes: 'puts quotes around the value, where a text is wanted',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    version: 1.10
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
    version: "1.10"
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: ['https://yaml.org/type/bool.html', 'Kubernetes reads manifests with sigs.k8s.io/yaml (go-yaml v2 rules)'],
  },
  /** Validation finds these for kinds with a schema; names, labels and similar fields are strings in every kind. */
  *check({ objects }) {
    for (const object of objects) {
      for (const path of stringMaps(object)) yield* faultsIn(object, path);
      for (const path of names) yield* faultAt(object, path, valueAt(object.value, ...path));
    }
  },
};

const names: readonly Path[] = [
  ['metadata', 'name'],
  ['metadata', 'namespace'],
];
const metadata: readonly Path[] = [
  ['metadata', 'labels'],
  ['metadata', 'annotations'],
];
const configMap: readonly Path[] = [...metadata, ['data']];
const secret: readonly Path[] = [...metadata, ['stringData'], ['data']];

function stringMaps(object: ManifestObject): readonly Path[] {
  const group = groupOf(object.apiVersion);
  if (group === '' && object.kind === 'ConfigMap') return configMap;
  if (group === '' && object.kind === 'Secret') return secret;
  const hasSelectors = object.kind === 'NetworkPolicy' || object.kind === 'PodDisruptionBudget';
  return hasSelectors && isOwnKind(object)
    ? [...metadata, ...selectorsBelow(valueAt(object.value, 'spec'), ['spec'])]
    : metadata;
}

const deepest = 24;

/** The matchLabels of all label selectors within a node. */
function selectorsBelow(node: Json | undefined, path: Path): Path[] {
  if (path.length > deepest) return [];
  if (path.at(-1) === 'matchLabels') return [path];
  if (isList(node)) return node.flatMap((item, index) => selectorsBelow(item, [...path, index]));
  return isObject(node) ? Object.entries(node).flatMap(([field, item]) => selectorsBelow(item, [...path, field])) : [];
}

function* faultsIn(object: ManifestObject, path: Path): Iterable<Problem> {
  const map = mapAt(object.value, ...path);
  if (map === undefined) return;
  for (const key of Object.keys(map)) yield* faultAt(object, [...path, key], map[key]);
}

function* faultAt(object: ManifestObject, path: Path, data: Json | undefined): Iterable<Problem> {
  if (typeof data !== 'number' && typeof data !== 'boolean') return;
  const problem = ambiguousProblem(object, { path, keyword: 'type', schema: { type: 'string' }, data });
  if (problem === undefined) return;
  yield {
    object,
    path: problem.path,
    message: problem.message,
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  };
}
