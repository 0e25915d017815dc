import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads } from '../../model/describe.js';
import { faultyNamedPorts, type NamedPortLookup } from '../../model/named-ports.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { joinWords } from '../../../diagnostics/words.js';

const service = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
`;

const deployment = (track: string, portName: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${track}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
      track: ${track}
  template:
    metadata:
      labels:
        app: web
        track: ${track}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.5
        ports:
        - name: ${portName}
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: 8080
`;

export const targetPortPartial: LintRule = {
  id: 'service/target-port-partial',
  severity: 'warning',
  documentation: {
    summary: 'A named targetPort exists in some of the selected workloads only, or means different numbers',
    why: `A named targetPort is looked up in each Pod by itself. Pods that lack the name (with the Service port's
protocol) are left out of that port's endpoints without a word: they run, are ready, and get no traffic, so the others
carry all of it. Where a name means different numbers, each Pod is sent to on its own number, which is meant for
changing a port during a rollout and surprises anyone who does not know.`,
    remedy:
      'Give the port one name and number in all Pods that the Service selects, ' +
      'or narrow the selector to the workloads that should answer.',
    falseAlarm:
      'Where only some of the workloads are meant to serve this port of a shared Service. Jobs, and one workload as two kinds, are left alone.',
    bad: `${service}${deployment('stable', 'http')}${deployment('canary', 'web')}`,
    good: `${service}${deployment('stable', 'http')}${deployment('canary', 'http')}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports (names may mean ' +
        'different numbers)',
      'EndpointSlice controller: getEndpointPorts leaves out the ports that a Pod lacks',
    ],
  },
  *check(context) {
    for (const found of faultyNamedPorts(context)) {
      if (
        (found.lookup === 'partial' && found.lacking.some(mayServe)) ||
        (found.lookup === 'numbers' && !areOne(found))
      )
        yield { object: found.service.object, path: found.path, message: describe(found) };
    }
  },
};

/** Another rule reports a Job that matches the selector. */
function mayServe({ kind }: WorkloadView): boolean {
  return kind !== 'Job' && kind !== 'CronJob';
}

/** The same workload in two kinds, of which users choose one. */
function areOne({ having }: NamedPortLookup): boolean {
  return having.length > 1 && new Set(having.map(({ name }) => name)).size === 1;
}

function describe({ lookup, name, port, having, lacking, numbers }: NamedPortLookup): string {
  if (lookup === 'partial') {
    return (
      `${describeWorkloads(lacking)} ${lacking.length === 1 ? 'has' : 'have'} no ${quote(port.protocol)} port ` +
      `named ${quote(name)}, so all traffic of this Service port goes to ${describeWorkloads(having)}; ` +
      'name the port in all of them, or narrow the selector.'
    );
  }
  const shown = joinWords(numbers.slice(0, 4).map(String));
  return (
    `Port ${quote(name)} is ${shown} in different ones of ${describeWorkloads(having)}, ` +
    'so what answers on this Service port differs by Pod; give it one number.'
  );
}
