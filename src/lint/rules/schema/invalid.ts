import type { LintRule } from '../../rule.js';

export const invalid: LintRule = {
  id: 'schema/invalid',
  severity: 'error',
  documentation: {
    summary: 'A field has the wrong type or value, or a required field is missing',
    why: `The API server decodes every object into the fields of its kind. It refuses a string where a number belongs
(\`port: "80"\`), values outside an enumeration (\`protocol: tcp\`), numbers outside their range, and objects without
their required fields. Where a rule of \`api/\` names the fault more exactly, that one speaks instead. Nothing is said
of custom resources.

Below a directory lie parts of objects: patches that no kustomization uses, and what tests expect to find. An object that
only lacks things, and lacks its spec or every image, is reported as such a part, in an info, and not judged any further; so
is one that lacks anything and is among the files of a kustomization or is called a patch, one with owners that have no
uid, and one that says \`$patch\`. Of what a kustomization builds, only a file called a patch is one. An image that is written and empty is an info there: operators put it in.`,
    remedy: 'Write the value as the API reference of the kind has it; enumerations are case-sensitive.',
    falseAlarm:
      'Where your clusters are newer than the API this version of kubechains knows, or a patch that is not among the inputs fills the field in: lint the result. What a kustomization in a folder for bases (`base/`) lacks is an info where nothing here builds it.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    protocol: tcp
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    protocol: TCP
`,
    sources: [
      "Kubernetes' OpenAPI description and API validation",
      'https://kubernetes.io/docs/reference/kubernetes-api/',
    ],
  },
  check: () => [],
};
