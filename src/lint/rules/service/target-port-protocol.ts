import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads } from '../../model/describe.js';
import { faultyNamedPorts, type NamedPortLookup } from '../../model/named-ports.js';
import { servingPorts } from '../../model/serving-ports.js';
import type { LintRule } from '../../rule.js';
import { joinWords } from '../../../diagnostics/words.js';

const deployment = (protocol: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: dns
spec:
  replicas: 2
  selector:
    matchLabels:
      app: dns
  template:
    metadata:
      labels:
        app: dns
    spec:
      containers:
      - name: dns
        image: registry.example.com/dns:1.11
        ports:
        - name: dns
          containerPort: 5353
          protocol: ${protocol}
        readinessProbe:
          httpGet:
            path: /ready
            port: 8181
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: dns
spec:
  selector:
    app: dns
  ports:
  - name: dns
    port: 53
    protocol: UDP
    targetPort: dns
`;

export const targetPortProtocol: LintRule = {
  id: 'service/target-port-protocol',
  severity: 'error',
  documentation: {
    summary: 'A named targetPort exists, but with another protocol',
    why: `A named targetPort finds a container port only if both the name and the protocol are those of the Service
port; a protocol that is not written is TCP. A name with another protocol counts as no port at all: the Pod is no
endpoint of that Service port, and kube-proxy rejects its packets (a UDP client gets "port unreachable", or waits for
its timeout).`,
    remedy:
      'Give Service port and container port one protocol. A server that listens on both needs two container ' +
      'ports with two names.',
    falseAlarm: 'Where the program listens on the other transport without declaring it.',
    bad: `${service}${deployment('TCP')}`,
    good: `${service}${deployment('UDP')}`,
    sources: [
      'EndpointSlice controller: FindPort (pkg/api/v1/pod) compares name and protocol',
      'https://kubernetes.io/docs/reference/networking/service-protocols/',
    ],
  },
  *check(context) {
    for (const found of faultyNamedPorts(context)) {
      if (found.lookup !== 'protocol') continue;
      const {
        service: { object },
        path,
        name,
        port,
        selected,
      } = found;
      yield {
        object,
        path,
        message:
          `Container port ${quote(name)} of ${describeWorkloads(selected)} is ${protocolsOf(found)} and this ` +
          `Service port is ${quote(port.protocol)}, so the port has no endpoints and its packets are rejected; ` +
          'give both one protocol.',
      };
    }
  },
};

function protocolsOf({ selected, name }: NamedPortLookup): string {
  const protocols = selected
    .flatMap((workload) => servingPorts(workload))
    .filter(({ port }) => port.name === name)
    .map(({ port }) => quote(port.protocol));
  return joinWords([...new Set(protocols)]);
}
