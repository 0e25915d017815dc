import { quote } from '../../../diagnostics/quote.js';
import { portNameFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';

export const targetPortName: LintRule = {
  id: 'api/target-port-name',
  severity: 'error',
  documentation: {
    summary: 'A targetPort string is not a port name',
    why: `A targetPort is a number, or the name of a container port. Names follow RFC 6335: 1 to 15 lower-case letters, digits and \`-\`, with a letter among
them. The API server refuses anything else. A number in quotes (\`"8080"\`) is a string, therefore a name, and one without a letter.`,
    remedy: 'Write numbers without quotes; for a name, use the very name that the container\'s port has.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: "8080"
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
    targetPort: 8080
`,
    sources: ['API validation of Services: spec.ports[].targetPort is a port number or an IANA_SVC_NAME', 'https://www.rfc-editor.org/rfc/rfc6335#section-5.1'],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      for (const { targetPort, path } of ports) {
        if (typeof targetPort !== 'string') continue;
        const fault = portNameFault(targetPort);
        if (fault === undefined) continue;
        const advice = /^\d+$/.test(targetPort) ? 'remove the quotes' : 'use a port number, or the name of the container\'s port';
        yield { object, path: [...path, 'targetPort'], message: `targetPort ${quote(targetPort)} ${fault}, so the API server refuses the Service; ${advice}.` };
      }
    }
  },
};
