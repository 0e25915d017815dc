import type { LintRule } from '../../rule.js';

export const externalNameIgnoredFields: LintRule = {
  id: 'service/external-name-ignored-fields',
  severity: 'info',
  documentation: {
    summary: 'An ExternalName Service with selector or ports, which nothing applies',
    why: `An ExternalName Service is a CNAME record. No controller makes endpoints from its selector, so the Pods it
seems to select get nothing from it; and no port is mapped, since clients connect straight to the other host on the port
they were given. (A few Ingress controllers read \`ports\` of an ExternalName that they are pointed at.)`,
    remedy: 'Remove the fields; if the Pods were meant to answer, remove type and externalName instead.',
    falseAlarm: 'Where other programs read the fields: a gateway that takes the port of the Service.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com
  selector:
    app: billing
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
      'https://kubernetes.io/docs/concepts/services-networking/service/#externalname',
      'EndpointSlice controller and kube-proxy skip ExternalName',
    ],
  },
  *check({ services }) {
    for (const { object, isExternalName, selector, ports } of services) {
      if (!isExternalName) continue;
      if (selector !== undefined)
        yield {
          object,
          path: ['spec', 'selector'],
          message:
            'No endpoints are made from the selector of an ExternalName Service, ' +
            'so these Pods get no traffic through it; remove the selector, or the type.',
        };
      if (ports.length > 0)
        yield {
          object,
          path: ['spec', 'ports'],
          message:
            'The ports of an ExternalName Service map nothing: clients connect to the other host on the port ' +
            'they were given; remove them unless an Ingress controller reads them.',
        };
    }
  },
};
