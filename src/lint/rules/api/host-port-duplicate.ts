import { isPortNumber, isProtocol } from '../../model/ports.js';
import type { ContainerPortView, WorkloadView } from '../../model/workload.js';
import type { LintRule, Problem } from '../../rule.js';
import { booleanAt } from '../../values.js';

export const hostPortDuplicate: LintRule = {
  id: 'api/host-port-duplicate',
  severity: 'error',
  documentation: {
    summary: 'A Pod claims one host port twice',
    why: `A hostPort takes (protocol, hostIP, port) of the node for one container port. Two claims of one Pod can never
both be met, and the API server refuses the Pod, or the workload with this template. On the host's network
(\`hostNetwork: true\`) every containerPort is a host port, so two containers that declare one number collide as well.`,
    remedy:
      'Change one of the ports, its protocol or its hostIP, or drop the hostPort and reach the container ' +
      'through a Service.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: ingress
spec:
  containers:
  - name: proxy
    image: registry.example.com/proxy:1.9
    ports:
    - containerPort: 8080
      hostPort: 80
  - name: acme
    image: registry.example.com/acme:0.4
    ports:
    - containerPort: 8089
      hostPort: 80
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: ingress
spec:
  containers:
  - name: proxy
    image: registry.example.com/proxy:1.9
    ports:
    - containerPort: 8080
      hostPort: 80
  - name: acme
    image: registry.example.com/acme:0.4
    ports:
    - containerPort: 8089
`,
    sources: [
      'API validation of Pods: host ports are unique among containers, and within each init container',
      'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports',
    ],
  },
  *check({ allWorkloads }) {
    for (const workload of allWorkloads) {
      const { containers } = workload;
      yield* repeated(
        workload,
        containers.filter(({ isInit }) => !isInit).flatMap(({ ports }) => ports),
      );
      for (const { isInit, ports } of containers) if (isInit) yield* repeated(workload, ports);
    }
  },
};

function* repeated({ object, kind, podSpec }: WorkloadView, ports: readonly ContainerPortView[]): Iterable<Problem> {
  const isOnHost = booleanAt(podSpec, 'hostNetwork') === true;
  const seen = new Set<string>();
  for (const { protocol, hostIP, hostPort, containerPort, path } of ports) {
    const number = hostPort === 0 && isOnHost ? containerPort : hostPort;
    if (!isPortNumber(number) || !isProtocol(protocol)) continue;
    const key = `${protocol} ${number} ${hostIP}`;
    if (seen.has(key)) {
      const problem =
        `Host port ${number} (${protocol}) appears twice in this Pod, so the API server refuses ` +
        `${hostPort === 0 && kind !== 'Pod' ? `the Pods of the ${kind}` : `the ${kind}`}; change one of the two.`;
      yield { object, path: [...path, 'hostPort'], message: problem };
    }
    seen.add(key);
  }
}
