import type { LintRule } from '../../rule.js';

export const duplicateKey: LintRule = {
  id: 'yaml/duplicate-key',
  severity: 'error',
  documentation: {
    summary: 'A mapping has one key twice',
    why: `YAML demands that keys are unique. A strict reader refuses the document; kubectl keeps the last of the two and
drops the first without a word, so that labels, ports or selectors written further up never take effect. Quoted and
plain spellings are one key. Overriding a key that comes from a merge (\`<<\`) is fine.`,
    remedy: 'Merge the two values under one key.',
    falseAlarm:
      'Never for what is applied: the first value is lost. Files that only look like manifests can be left out with `ignore` in kubechains.yaml.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
  labels:
    tier: front
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
    app: web
    tier: front
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'https://yaml.org/spec/1.2.2/#3213-node-comparison',
      'API server: field validation (strict decoding), KEP-2885',
    ],
  },
  check: () => [],
};
