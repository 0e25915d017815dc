import { quote } from '../../../diagnostics/quote.js';
import { dns1035LabelFault, dnsLabelFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { stringAt } from '../../values.js';

/** The API server appends random characters to a generated name. */
const generatedEnd = 'a';

export const serviceName: LintRule = {
  id: 'api/service-name',
  severity: 'error',
  documentation: {
    summary: 'A Service name is not a DNS label',
    why: `A Service's name becomes one label of its DNS name (\`web.shop.svc.cluster.local\`) and the prefix of
environment variables in every Pod of the namespace. The API server therefore refuses names that are not a DNS label of at
most 63 characters: no upper case, no \`_\`, no dots. Up to Kubernetes 1.35 the first character must be a letter; from
1.36 on a digit may begin the name.`,
    remedy:
      'Rename the Service to lower-case letters, digits and `-`, and rename it in the Ingresses and clients ' +
      'that refer to it.',
    falseAlarm:
      'Where your clusters are older or newer than `--kube-version`: since 1.36 a name may begin with a digit.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: shop_web
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: shop-web
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: the name is a DNS-1035 label, from 1.36 on (RelaxedServiceNameValidation) ' +
        'a DNS-1123 label',
      'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
    ],
  },
  *check({ services, facts }) {
    const faultOf = facts.version.minor >= 36 ? dnsLabelFault : dns1035LabelFault;
    for (const { object } of services) {
      const field = stringAt(object.value, 'metadata', 'name') ? 'name' : 'generateName';
      const written = stringAt(object.value, 'metadata', field) ?? '';
      const fault =
        written === '' ? undefined : faultOf(field === 'name' ? written : written.replace(/-$/, generatedEnd));
      if (fault === undefined) continue;
      yield {
        object,
        path: ['metadata', field],
        message: `Service name ${quote(written)} ${fault}, so the API server refuses the Service; rename it.`,
      };
    }
  },
};
