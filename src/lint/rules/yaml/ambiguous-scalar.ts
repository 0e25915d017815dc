import type { LintRule } from '../../rule.js';

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
  check: () => [],
};
