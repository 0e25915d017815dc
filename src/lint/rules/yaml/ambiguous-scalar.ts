import type { Path } from '../../../diagnostics/finding.js';
import { ambiguousScalar as ambiguousProblem } from '../../../manifests/ambiguous-scalars.js';
import type { ManifestObject } from '../../../manifests/types.js';
import { groupOf } from '../../model/names.js';
import type { LintRule, Problem } from '../../rule.js';
import { mapAt } from '../../values.js';

export const ambiguousScalar: LintRule = {
  id: 'yaml/ambiguous-scalar',
  severity: 'error',
  documentation: {
    summary: 'A plain scalar reads as a boolean or a number where a string is required',
    why: `Kubernetes' reader goes by YAML 1.1: without quotes, \`y\`, \`n\`, \`yes\`, \`no\`, \`on\`, \`off\`, \`true\` and \`false\` are booleans, and \`1.10\`,
\`7251e07\`, \`0x1f\` and \`1_000\` are numbers. Where a string is required (labels, names, environment values) the API server refuses the object; a commit hash
that happens to look like a number breaks a deployment that worked for months. The other way round, a port written \`0514\` is octal and means 332, and \`22:22\` is no port.`,
    remedy: 'Quote the value; write ports as plain decimal numbers.',
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
  /** Validation finds these where there is a schema; labels and the like are maps of strings in every kind. */
  *check({ objects }) {
    for (const object of objects) {
      for (const path of stringMaps(object)) yield* faultsIn(object, path);
    }
  },
};

const metadata: readonly Path[] = [['metadata', 'labels'], ['metadata', 'annotations']];
const configMap: readonly Path[] = [...metadata, ['data']];
const secret: readonly Path[] = [...metadata, ['stringData']];

function stringMaps(object: ManifestObject): readonly Path[] {
  if (groupOf(object.apiVersion) !== '') return metadata;
  if (object.kind === 'ConfigMap') return configMap;
  return object.kind === 'Secret' ? secret : metadata;
}

function* faultsIn(object: ManifestObject, path: Path): Iterable<Problem> {
  const map = mapAt(object.value, ...path);
  if (map === undefined) return;
  for (const key of Object.keys(map)) {
    const data = map[key];
    if (typeof data !== 'number' && typeof data !== 'boolean') continue;
    const problem = ambiguousProblem(object, { path: [...path, key], keyword: 'type', schema: { type: 'string' }, data });
    if (problem === undefined) continue;
    yield { object, path: problem.path, message: problem.message, ...problem.fix === undefined ? {} : { fix: problem.fix } };
  }
}
