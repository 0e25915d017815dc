import type { LintRule } from '../../rule.js';

export const removedApi: LintRule = {
  id: 'schema/removed-api',
  severity: 'error',
  documentation: {
    summary: 'The apiVersion is no longer served',
    why: `API versions are removed some releases after their replacement appears. A cluster at \`--kube-version\` knows
no such kind: \`kubectl apply\` fails with "no matches for kind". Only Kubernetes' own groups are looked at, and nothing
else is said of such an object. Below a directory it is an info in a file that is kept for older clusters: its path names an API version (\`crds/v1beta1/\`) and another
file has the object in a version that is served, or it is in the folder of a release (\`1.4.0\`) beside a later one.`,
    remedy:
      'Write the object for the version that the finding names; field names may have changed with it ' +
      '(`serviceName` became `service.name`). `kubectl convert` helps.',
    falseAlarm: 'Where your clusters are older: say which version you run with `--kube-version`.',
    bad: `apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
  - http:
      paths:
      - path: /
        backend:
          serviceName: web
          servicePort: 80
`,
    good: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
`,
    sources: ['https://kubernetes.io/docs/reference/using-api/deprecation-guide/'],
  },
  check: () => [],
};
