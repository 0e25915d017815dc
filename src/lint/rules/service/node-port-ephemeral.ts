import { webDeployment } from '../../model/example-manifests.js';
import type { LintRule } from '../../rule.js';

const service = (nodePort: number): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
    nodePort: ${nodePort}
${webDeployment}`;

export const nodePortEphemeral: LintRule = {
  id: 'service/node-port-ephemeral',
  severity: 'warning',
  documentation: {
    summary: "A nodePort inside the kernel's ephemeral range, 32768 to 60999",
    why: `Linux takes the local port of outgoing connections from 32768 to 60999 (\`net.ipv4.ip_local_port_range\`).
kube-proxy's rules look at every packet that arrives for a node's address and the node port, before the kernel looks for
a socket. When a process on the node happens to have that local port for a connection of its own, an answer that
connection tracking does not know is taken for a new connection to the Service, and a UDP answer regularly is: such
failures are rare, differ by node and do not repeat.`,
    remedy: 'Use a port below 32768, or set `net.ipv4.ip_local_reserved_ports` on all nodes.',
    falseAlarm:
      'Where the nodes reserve the port (`net.ipv4.ip_local_reserved_ports`), or their ephemeral range is another.',
    bad: service(36080),
    good: service(30080),
    exampleArguments: ['--service-node-port-range', '30000-40000'],
    sources: [
      'kubernetes/kubernetes#111682, #100643, #97360',
      'https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)',
    ],
  },
  *check({ services }) {
    for (const { object, ports } of services) {
      for (const { nodePort, path } of ports) {
        if (nodePort < 32768 || nodePort > 60999) continue;
        yield {
          object,
          path: [...path, 'nodePort'],
          message:
            `Node port ${nodePort} is one that nodes also use for their own outgoing connections (32768 to ` +
            '60999): their answers may be taken for traffic to this Service; use one below 32768.',
        };
      }
    }
  },
};
