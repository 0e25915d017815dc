import type { LintRule } from '../../rule.js';
import { booleanAt } from '../../values.js';

export const hostNetworkPort: LintRule = {
  id: 'api/host-network-port',
  severity: 'error',
  documentation: {
    summary: "A hostPort differs from the containerPort of a Pod on the host's network",
    why: `With \`hostNetwork: true\` a container listens on the node's own addresses, so its port *is* the node's port
and nothing can translate between the two. The API server refuses a hostPort that differs from the containerPort.`,
    remedy: 'Make the two equal, or leave hostPort out; let the process listen on the port that clients are to use.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: proxy
spec:
  hostNetwork: true
  containers:
  - name: proxy
    image: registry.example.com/proxy:1.9
    ports:
    - containerPort: 8080
      hostPort: 80
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: proxy
spec:
  hostNetwork: true
  containers:
  - name: proxy
    image: registry.example.com/proxy:1.9
    ports:
    - containerPort: 80
      hostPort: 80
`,
    sources: [
      'API validation of Pods: hostPort must match containerPort when hostNetwork is true (containers, ' +
        'not init containers)',
      'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#hosts-namespaces',
    ],
  },
  *check({ allWorkloads }) {
    for (const { object, kind, podSpec, containers } of allWorkloads) {
      if (booleanAt(podSpec, 'hostNetwork') !== true) continue;
      for (const { ports, isInit } of containers) {
        if (isInit) continue;
        for (const { hostPort, containerPort, path } of ports) {
          if (hostPort === 0 || containerPort === undefined || hostPort === containerPort) continue;
          yield {
            object,
            path: [...path, 'hostPort'],
            message:
              `hostPort ${hostPort} differs from containerPort ${containerPort} on the host's network, ` +
              `so the API server refuses the ${kind}; make them equal.`,
          };
        }
      }
    }
  },
};
