import { databaseStatefulSet } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { booleanAt, labelsAt } from '../../values.js';
import { valueAt } from '../../../manifests/values.js';

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
versions that are served today: Pods that are not ready stay out of the Service, and a cluster with members that wait for
each other before they become ready does not form. It is an info where publishNotReadyAddresses is set already, or where
the annotation says anything but \`"true"\`.`,
    remedy: 'Write `publishNotReadyAddresses: true` in the spec and remove the annotation.',
    falseAlarm:
      'Never: nothing reads the annotation any more. Keep it if manifests must serve clusters of 1.8 and older.',
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
      const isReplaced = booleanAt(object.value, 'spec', 'publishNotReadyAddresses') === true;
      const asksForIt = labelsAt(object, path.slice(0, -1)).get(annotation) === 'true';
      yield {
        object,
        path,
        severity: isReplaced || !asksForIt ? 'info' : 'warning',
        message: `This annotation no longer has any effect${adviceFor(isReplaced, asksForIt)}`,
      };
    }
  },
};

function adviceFor(isReplaced: boolean, asksForIt: boolean): string {
  if (isReplaced) return '; publishNotReadyAddresses: true is already set, so delete the annotation.';
  return asksForIt
    ? ', so Pods that are not ready get no traffic; set publishNotReadyAddresses: true in the spec if they should.'
    : ': delete it.';
}
