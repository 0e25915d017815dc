import type { LintRule } from '../../rule.js';
import { ingressFaults } from '../../model/ingress-faults.js';

export const ingress: LintRule = {
  id: 'api/ingress',
  severity: 'error',
  documentation: {
    summary: 'An Ingress that the API server refuses',
    why: `The API server checks an Ingress before any controller sees it. It refuses one that has neither rules nor a
defaultBackend; a host that is an IP address or no DNS name (a wildcard is one \`*.\` in front); a path entry without
\`pathType\`; a path that does not begin with \`/\`; with \`Exact\` and \`Prefix\` a path that holds \`//\`, \`/./\`,
\`/../\` or \`%2f\` or ends in \`/.\` or \`/..\`; a backend that names both or neither of a service and a resource, or
of a port's name and its number; and a class annotation that contradicts \`ingressClassName\`.`,
    remedy: 'Correct what the finding names. `pathType: Prefix` is what the older API versions meant by a plain path.',
    falseAlarm:
      "Where a controller's admission webhook fills the rules in (NGINX's minions and masters have their own reading and are not reported), or a patch that is not among the inputs does: lint the result.",
    bad: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        backend:
          service:
            name: web
            port:
              number: 80
`,
    good: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
`,
    sources: [
      'API validation of networking.k8s.io/v1 Ingresses',
      'https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types',
    ],
  },
  *check(context) {
    for (const object of context.ofKind('Ingress')) {
      for (const { path, fault, advice, missing } of ingressFaults(object, context.facts.version)) {
        yield {
          object,
          path,
          ...(missing === undefined ? {} : { missing }),
          message: `${fault}, so the API server refuses the Ingress; ${advice}.`,
        };
      }
    }
  },
};
