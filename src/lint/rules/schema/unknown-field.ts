import type { LintRule } from '../../rule.js';

export const unknownField: LintRule = {
  id: 'schema/unknown-field',
  severity: 'error',
  documentation: {
    summary: 'A field does not exist in its kind',
    why: `Field names are case-sensitive, and a misspelt or misplaced one is not what its author meant: \`targetport:
http\` leaves the Service with its default target port, and traffic goes nowhere. kubectl asks the API server for strict
validation and is refused; other clients get an object without the field.`,
    remedy: 'Use the name that the finding suggests, or move the field to where it belongs.',
    falseAlarm: 'Where your clusters are newer than the API this version of kubechains knows.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetport: 8080
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
    targetPort: 8080
`,
    sources: [
      'KEP-2885 (server-side field validation, GA in 1.27)',
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
    ],
  },
  check: () => [],
};
