import type { LintRule } from '../../rule.js';
import { numberAt, textAt } from '../../values.js';

const path = ['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'];

export const sessionAffinity: LintRule = {
  id: 'api/session-affinity',
  severity: 'error',
  documentation: {
    summary: 'The ClientIP affinity timeout is out of range',
    why: `With \`sessionAffinity: ClientIP\` a node remembers which endpoint a client address was sent to, for
\`timeoutSeconds\` after its last connection. The API server accepts 1 to 86400 seconds (a day); 10800, three hours, is
what it takes where nothing is said. Zero is not "for ever".`,
    remedy: 'Choose a timeout from 1 to 86400, or leave it out.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 172800
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 86400
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: timeoutSeconds is greater than 0 and at most 86400',
      'https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity',
    ],
  },
  *check({ services }) {
    for (const { object, spec } of services) {
      const timeout = numberAt(object.value, ...path);
      if (timeout === undefined || textAt(spec, 'sessionAffinity') !== 'ClientIP' || (timeout >= 1 && timeout <= 86400))
        continue;
      yield {
        object,
        path,
        message:
          `The affinity timeout of ${timeout} s is outside 1-86400, so the API server refuses the Service; ` +
          'choose one in the range, or leave it out for 10800.',
      };
    }
  },
};
