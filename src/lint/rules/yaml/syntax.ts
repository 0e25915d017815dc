import type { LintRule } from '../../rule.js';

export const syntax: LintRule = {
  id: 'yaml/syntax',
  severity: 'error',
  documentation: {
    summary: 'The document is neither YAML nor JSON',
    why: `Nothing of a document that cannot be read is applied, and kubectl stops at it. The usual causes are a tab used
as indentation, a quote that is not closed, a \`*\` or \`&\` at the beginning of a value without quotes (an alias or
anchor to YAML), and files saved as UTF-16 without a byte order mark. The finding is at the place where reading stops; other documents of the file are
checked as ever.`,
    remedy:
      'Fix the text at that line. Indent with spaces, quote values that begin with `*`, `&`, `!`, `%`, ' +
      '`@` or a backtick, and save files as UTF-8.',
    falseAlarm:
      'Where the file is none for Kubernetes, or a template with another ending: leave it out of the inputs, or accept the finding. Below a directory a file between fences of Markdown is a warning.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: "web
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: "web"
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: ['https://yaml.org/spec/1.2.2/', 'Kubernetes reads manifests with sigs.k8s.io/yaml'],
  },
  check: () => [],
};
