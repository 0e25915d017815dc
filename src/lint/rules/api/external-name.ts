import { quote } from '../../../diagnostics/quote.js';
import { dnsSubdomainFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { valueAt } from '../../../manifests/values.js';

export const externalName: LintRule = {
  id: 'api/external-name',
  severity: 'error',
  documentation: {
    summary: 'An ExternalName Service has no externalName, or one that is not a DNS name',
    why: `A Service of type ExternalName is an alias: the cluster's DNS answers with a CNAME record for what
\`externalName\` says. It must therefore be a DNS name — no scheme, no port, no path, no upper case, no \`_\`. One
trailing dot is allowed. The API server refuses anything else.`,
    remedy:
      "Write the bare host name, such as `billing.example.com`. A port belongs into the clients' configuration, " +
      'since an alias has none.',
    falseAlarm: "Never for a name without placeholders. A template's placeholder is reported as `yaml/placeholder`.",
    bad: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: https://billing.example.com
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com
`,
    sources: [
      'API validation of Services: externalName is a DNS-1123 subdomain, one trailing dot aside',
      'https://kubernetes.io/docs/concepts/services-networking/service/#externalname',
    ],
  },
  *check({ services }) {
    for (const { object, isExternalName, spec } of services) {
      const written = valueAt(spec, 'externalName') ?? '';
      if (!isExternalName || typeof written !== 'string') continue;
      const name = written.replace(/\.$/, '');
      const fault = dnsSubdomainFault(name);
      if (fault === undefined) continue;
      const message =
        written === ''
          ? 'A Service of type ExternalName needs an externalName, and the API server refuses it without; ' +
            'add the DNS name that it is an alias for.'
          : `externalName ${quote(written)} ${fault}, so the API server refuses the Service; write a bare host name.`;
      yield { object, path: ['spec', 'externalName'], message };
    }
  },
};
