import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';
import { textAt } from '../../values.js';

const service = (second: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  sessionAffinity: ClientIP
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${second}${webDeployment}`;

export const affinityPerPort: LintRule = {
  id: 'service/affinity-per-port',
  severity: 'info',
  documentation: {
    summary: 'ClientIP affinity on a Service with several ports: each port picks its own endpoint',
    why: `kube-proxy keeps a list of recent clients for each endpoint of each Service port, not of the Service. A client
that connects to two ports may therefore be sent to two different Pods, and stays with each of them. Protocols that open
a second connection to another port (passive FTP, a session over HTTP and a WebSocket beside it) do not find their
session there. The timeout counts from the client's last connection to that port.`,
    remedy: 'Serve both through one port, or share the session between Pods; there is no affinity across ports.',
    falseAlarm: "Where each port's clients are others, so that nobody expects one Pod behind both.",
    bad: service('  - name: http-alt\n    port: 8080\n    targetPort: http\n'),
    good: service(''),
    sources: [
      'kubernetes/kubernetes#103000',
      'kube-proxy: the recent match of each KUBE-SEP chain; one chain per Service port and endpoint',
    ],
  },
  *check({ services }) {
    for (const { object, spec, ports, isHeadless, isExternalName } of services) {
      if (isHeadless || isExternalName || ports.length < 2 || textAt(spec, 'sessionAffinity') !== 'ClientIP') continue;
      yield {
        object,
        path: ['spec', 'sessionAffinity'],
        message:
          `ClientIP affinity is kept separately for each of the ${ports.length} ports, ` +
          'so one client may reach different Pods on different ports; do not rely on one Pod for all of them.',
      };
    }
  },
};
