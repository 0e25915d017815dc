import type { ManifestObject } from '../../../manifests/types.js';
import type { LintRule } from '../../rule.js';
import { isList, isObject, valueAt } from '../../../manifests/values.js';

export const portsRequired: LintRule = {
  id: 'api/ports-required',
  severity: 'error',
  documentation: {
    summary: 'A Service that needs ports has none',
    why: `A virtual address without ports leads nowhere, so the API server refuses such a Service. Only two kinds of
Service may do without: a headless one (\`clusterIP: None\`; its DNS name leads straight to Pods), and an
ExternalName, which is an alias in DNS.`,
    remedy:
      'List the ports that clients connect to under `spec.ports`, or make the Service headless if clients only ' +
      "need the Pods' addresses.",
    falseAlarm:
      'Where the ports come from a patch that is not among the inputs: lint the result. It is an info in files found in directories that have ports to choose from in comments.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: mailer
spec:
  selector:
    app: mailer
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: mailer
spec:
  selector:
    app: mailer
  ports:
  - name: smtp
    port: 25
`,
    sources: [
      'API validation of Services: spec.ports is required unless the Service is headless or an ExternalName',
      'https://kubernetes.io/docs/concepts/services-networking/service/#headless-services',
    ],
  },
  *check({ services }) {
    for (const { object, spec, isHeadless, isExternalName, isKnownType } of services) {
      const ports = valueAt(spec, 'ports') ?? [];
      if (
        isHeadless ||
        isExternalName ||
        !isKnownType ||
        !isList(ports) ||
        ports.length > 0 ||
        !isObject(valueAt(object.value, 'spec') ?? {})
      )
        continue;
      yield {
        object,
        path: ['spec', 'ports'],
        missing: [
          ['spec', 'ports'],
          ['spec', 'clusterIP'],
          ['spec', 'type'],
        ],
        ...(areInComment(object) ? { severity: 'info' as const } : {}),
        message:
          'The Service has no ports and is neither headless nor an ExternalName, so the API server refuses it; ' +
          'add the ports that clients use.',
      };
    }
  },
};

/** Whether a file found in a directory has ports in a comment: a form, of which readers choose a part. */
function areInComment({ source: { found, text } }: ManifestObject): boolean {
  return found === true && /^[ \t]*#[ \t]*ports:[ \t]*$/m.test(text);
}
