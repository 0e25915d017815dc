import { databaseStatefulSet } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { mapAt, valueAt } from '../../values.js';

const annotation = 'service.alpha.kubernetes.io/tolerate-unready-endpoints';
const path = ['metadata', 'annotations', annotation];

const service = (annotations: string, field: string): string => `apiVersion: v1
kind: Service
metadata:
  name: db
${annotations}spec:
  clusterIP: None
${field}  selector:
    app: db
  ports:
  - name: pg
    port: 5432
${databaseStatefulSet}`;

export const tolerateUnreadyAnnotation: LintRule = {
  id: 'service/tolerate-unready-annotation',
  severity: 'warning',
  documentation: {
    summary: `The annotation ${annotation}, which no served version reads any more`,
    why: `The annotation once made DNS give out Pods that are not ready yet, so that the members of a cluster could find
each other while starting. It was replaced by \`spec.publishNotReadyAddresses\` in 1.9 and is read by nothing in the
versions that are served today: Pods that are not ready stay out of the Service, and a cluster whose members wait for
each other before they become ready does not form.`,
    remedy: 'Write `publishNotReadyAddresses: true` in the spec and remove the annotation.',
    bad: service(`  annotations:\n    ${annotation}: "true"\n`, ''),
    good: service('', '  publishNotReadyAddresses: true\n'),
    sources: [
      'kubernetes/kubernetes#63742 (deprecated in 1.11), #108020 (removed)',
      'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    ],
  },
  *check(context) {
    for (const object of context.ofKind('Service')) {
      if (valueAt(object.value, ...path) === undefined) continue;
      const advice =
        valueAt(mapAt(object.value, 'spec'), 'publishNotReadyAddresses') === true
          ? 'publishNotReadyAddresses does what it did, so remove it'
          : 'write publishNotReadyAddresses: true in the spec if they are meant to';
      yield {
        object,
        path,
        message:
          'No served version of Kubernetes reads this annotation, so Pods that are not ready get no traffic ' +
          `through it; ${advice}.`,
      };
    }
  },
};
