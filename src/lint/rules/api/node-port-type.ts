import type { LintRule } from '../../rule.js';

export const nodePortType: LintRule = {
  id: 'api/node-port-type',
  severity: 'error',
  documentation: {
    summary: 'A nodePort on a Service of type ClusterIP',
    why: `Only Services of type NodePort and LoadBalancer open ports on the nodes. On a ClusterIP Service, which is also
what a Service without \`type\` is, the API server refuses a nodePort. It often stays behind when a type is changed
back.`,
    remedy: 'Remove the nodePort, or set `type: NodePort` if the Service should be reachable through the nodes.',
    falseAlarm: 'Where `type` comes from a patch that is not among the inputs: lint the result.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ClusterIP
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
`,
    sources: [
      'API validation of Services: nodePort may not be used when type is ClusterIP',
      'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
    ],
  },
  *check({ services }) {
    for (const { object, type, ports } of services) {
      if (type !== 'ClusterIP') continue;
      for (const { nodePort, path } of ports) {
        if (nodePort === 0) continue;
        yield {
          object,
          path: [...path, 'nodePort'],
          missing: [['spec', 'type']],
          message:
            `nodePort ${nodePort} is set on a Service of type ClusterIP, which the API server refuses; remove it, ` +
            'or set type: NodePort.',
        };
      }
    }
  },
};
