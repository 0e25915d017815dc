import type { Fix, Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import { offsetAt } from '../../../manifests/lines.js';
import { sourceAt } from '../../../manifests/types.js';
import { ended, suggest } from '../../model/describe.js';
import { hasRefusedName } from '../../model/named-ports.js';
import { servingPorts } from '../../model/serving-ports.js';
import type { ContainerView, WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { stringAt } from '../../values.js';

const deployment = (port: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.4
        ports:
        - name: http
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: ${port}
`;

export const probePortMissing: LintRule = {
  id: 'workload/probe-port-missing',
  severity: 'error',
  documentation: {
    summary: 'A probe names a port that its container does not declare',
    why: `The kubelet looks a probe's named port up among the ports of the probe's own container, whatever their protocol. When it finds none, the probe fails every time, without a packet having been sent. With a readinessProbe the
Pod never becomes ready, and Services send it nothing; with a livenessProbe or startupProbe the container is killed and restarted for ever.`,
    remedy: "Use the name of one of the container's ports, or a number, which needs no declaration.",
    falseAlarm: 'Never: the kubelet fails a probe if it does not find the name of its port.',
    fixes: 'removes the quotes around a number',
    bad: deployment('web'),
    good: deployment('http'),
    sources: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
      'kubelet: ResolveContainerPort (pkg/probe), findPortByName',
    ],
  },
  *check(context) {
    for (const workload of context.workloads) {
      for (const container of workload.containers) {
        const names = new Set(container.ports.map(({ name }) => name));
        for (const { port, path, probe } of namedProbePorts(container)) {
          if (names.has(port) || hasRefusedName(context, workload.object, container)) continue;
          const fix = /^[1-9]\d{0,4}$/.test(port) ? unquote(workload, path, port) : undefined;
          yield {
            object: workload.object,
            path,
            message: `${probe} asks for port ${quote(port)}, which container ${quote(container.name)} does not declare, so it always fails and ${effectOf(probe)}; ${ended(advice(port, container, workload))}`,
            ...(fix === undefined ? {} : { fix }),
          };
        }
      }
    }
  },
};

const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'];

function namedProbePorts(container: ContainerView): { port: string; path: Path; probe: string }[] {
  return probes.flatMap((probe) =>
    ['httpGet', 'tcpSocket'].flatMap((handler) => {
      const port = stringAt(container.value, probe, handler, 'port');
      return port === undefined || port === ''
        ? []
        : [{ port, path: [...container.path, probe, handler, 'port'], probe }];
    }),
  );
}

function effectOf(probe: string): string {
  return probe === 'readinessProbe'
    ? 'no Service ever sends the Pod traffic'
    : 'the container is restarted again and again';
}

function advice(port: string, container: ContainerView, workload: WorkloadView): string {
  if (/^\d+$/.test(port)) return 'write the number without quotes';
  const suggestion = suggest(
    port,
    container.ports.map(({ name }) => name),
    'name',
  );
  if (suggestion !== undefined) return suggestion;
  const other = servingPorts(workload).find((serving) => serving.port.name === port);
  return other === undefined
    ? 'declare the port with that name, or use its number'
    : `that is a port of container ${quote(other.container.name)}: use its number`;
}

/** A number in quotes is rejected as a name without a letter; the intended value is certain. */
function unquote({ object }: WorkloadView, path: Path, port: string): Fix | undefined {
  const source = sourceAt(object, path);
  const startOffset = offsetAt(source, object.locate(path).start);
  const endOffset = startOffset + port.length + 2;
  const written = source.text.slice(startOffset, endOffset);
  return written === `"${port}"` || written === `'${port}'`
    ? { description: 'Write the number without quotes.', edits: [{ startOffset, endOffset, text: port }] }
    : undefined;
}
