import { describeObject, groupOf, namespaceOf } from '../../model/names.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintRule } from '../../rule.js';

export const duplicateObject: LintRule = {
  id: 'api/duplicate-object',
  severity: 'warning',
  documentation: {
    summary: 'One object is defined twice',
    why: `An object is its kind, namespace and name. If a set of manifests defines one twice, the second replaces what it repeats of the first when it is applied, and
which one is second depends on file names and tools. \`kubectl apply\` says nothing of it. Another API group makes another kind; another version of one group does not.`,
    remedy: 'Merge the two, rename one, or keep alternatives (overlays, environments) in sets that are checked apart.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 8080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
  - name: http-alt
    port: 8080
`,
    sources: [
      'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
      'https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/',
    ],
  },
  *check({ objects }) {
    const seen = new Map<string, ManifestObject>();
    for (const object of objects) {
      if (object.name === '') continue;
      const key = [groupOf(object.apiVersion), object.kind, namespaceOf(object), object.name].join('\0');
      const first = seen.get(key);
      if (first === undefined) seen.set(key, object);
      else
        yield {
          object,
          path: ['metadata', 'name'],
          message: `${describeObject(object)} is already defined at ${placeOf(first)}, and applying both leaves a mixture that depends on their order; merge or rename one.`,
        };
    }
  },
};

function placeOf(object: ManifestObject): string {
  return `${object.source.name}:${object.locate(['metadata', 'name']).start.line}`;
}
