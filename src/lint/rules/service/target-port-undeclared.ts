import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads } from '../../model/describe.js';
import { webDeployment } from '../../model/example-manifests.js';
import { isProtocol } from '../../model/ports.js';
import { selectingServices, type SelectingService } from '../../model/selected.js';
import {
  allServingPorts,
  findNamedPort,
  servingContainers,
  targetOf,
  targetPath,
  type ServingPort,
} from '../../model/serving-ports.js';
import type { ServicePortView } from '../../model/service.js';
import type { ContainerView, WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { listAt, textAt } from '../../values.js';
import { joinWords } from '../../../diagnostics/words.js';
import { valueAt } from '../../../manifests/values.js';

const service = (targetPort: number): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: ${targetPort}
${webDeployment}`;

export const targetPortUndeclared: LintRule = {
  id: 'service/target-port-undeclared',
  severity: 'info',
  documentation: {
    summary: 'A numeric targetPort is declared by no selected container, while some container declares ports',
    why: `A number needs no declaration: packets for this Service port are sent to that port of the Pod, whatever \`ports\`
says. Yet where containers do declare ports and this one is not among them (with the Service port's protocol), the
number is often the wrong one, and then every connection reaches a Pod that does not listen there and is refused by
it. A targetPort that is left out is the Service's own \`port\`.

It is a warning where the number is declared for another protocol only, and no Service sends in that one to the same Pods. So it is where the Pods have one container with one port that is declared and probed: what listens is known
then, and the Service sends elsewhere. It stays an info for a port called for metrics, which programs often serve beside the port of
their probes, without declaring it, and for one that the program is given as an argument or in its environment
(\`--bind-address=:8443\`, \`PORT\`); so do operators with their webhooks (443 to 9443, or called a webhook). Ports of one Service that lead to one undeclared number are one finding.`,
    remedy: 'Check the number. If it is right, declare it in the container, so that readers and tools can see it.',
    falseAlarm:
      'Where the program listens there without declaring the port, which is allowed. Declare it, and the finding goes.',
    bad: service(8081),
    good: service(8080),
    sources: [
      'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (a port that is not listed is not prevented from being exposed)',
    ],
  },
  *check(context) {
    const selecting = selectingServices(context);
    let sent: ReadonlyMap<WorkloadView, ReadonlySet<string>> | undefined;
    for (const {
      service: { object, ports },
      selected,
    } of selecting) {
      // One of the two declarations was left out.
      const isSentInBoth = (others: readonly ServingPort[]): boolean => {
        const known = (sent ??= sentTo(selecting));
        const keys = new Set(others.map(({ port }) => `${port.protocol} ${port.containerPort ?? ''}`));
        return [...keys].some((key) => selected.some((one) => known.get(one)?.has(key)));
      };
      const declared = allServingPorts(selected);
      if (declared.length === 0) continue;
      const told = new Set<string>();
      for (const port of ports) {
        const target = targetOf(port);
        const key = `${port.protocol} ${target ?? ''}`;
        if (
          typeof target !== 'number' ||
          !isProtocol(port.protocol) ||
          told.has(key) ||
          declared.some((serving) => serving.port.containerPort === target && serving.port.protocol === port.protocol)
        )
          continue;
        told.add(key);
        const what = `No container of ${describeWorkloads(selected)} declares ${port.protocol === 'TCP' ? '' : `${quote(port.protocol)} `}port ${target}`;
        const problem = { object, path: targetPath(port) };
        const others = declared.filter((serving) => serving.port.containerPort === target);
        const probed = probedElsewhere(selected, declared, ports);
        if (others.length > 0)
          yield {
            ...problem,
            ...(isSentInBoth(others) ? {} : { severity: 'warning' }),
            message: `Port ${target} of ${describeWorkloads(selected)} is declared for ${protocolsOf(others)}, and the Service sends ${port.protocol}, so if nothing listens for that packets are lost; make the protocols agree.`,
          };
        else if (
          probed !== undefined &&
          !isForMetrics(port) &&
          !isWebhook(port) &&
          !selected.some((one) => isGiven(one, target))
        )
          yield {
            ...problem,
            severity: 'warning',
            message: `${what}, and its probe asks port ${probed}, so connections are likely to be refused by the Pod; ${declaredText(declared)}.`,
          };
        else
          yield {
            ...problem,
            message: `${what}, so if nothing listens there connections are refused by the Pod; ${declaredText(declared)}.`,
          };
      }
    }
  },
};

/** Where Services send, as `protocol number` by workload; Services of several protocols often share their Pods. */
function sentTo(selecting: readonly SelectingService[]): ReadonlyMap<WorkloadView, ReadonlySet<string>> {
  const sent = new Map<WorkloadView, Set<string>>();
  for (const { service, selected } of selecting)
    for (const workload of selected)
      for (const port of service.ports) {
        const target = targetOf(port);
        const number = typeof target === 'string' ? findNamedPort(workload, target, port.protocol) : target;
        sent.set(workload, (sent.get(workload) ?? new Set()).add(`${port.protocol} ${number ?? ''}`));
      }
  return sent;
}

function protocolsOf(ports: readonly ServingPort[]): string {
  return joinWords([...new Set(ports.map(({ port }) => quote(port.protocol).slice(1, -1)))]);
}

/**
 * The declared port used by probes, if each workload has one container that declares a single port and probes only
 * that, and no port of the Service leads to it: the port certainly listens, and the Service does not reach it.
 */
function probedElsewhere(
  workloads: readonly WorkloadView[],
  declared: readonly ServingPort[],
  ports: readonly ServicePortView[],
): number | undefined {
  const [only, ...others] = new Set(declared.map(({ port }) => port.containerPort));
  if (only === undefined || others.length > 0) return undefined;
  const names = new Set(declared.map(({ port }) => port.name));
  const isReached = ports.map(targetOf).some((target) => target === only || names.has(String(target)));
  const isKnown = workloads.map(servingContainers).every((containers) => {
    const probed = containers.flatMap(probePorts);
    return containers.length === 1 && probed.length > 0 && probed.every((port) => port === only);
  });
  return isKnown && !isReached ? only : undefined;
}

/** Whether a port is named after metrics: many programs serve them on an undeclared port beside the probed one. */
function isForMetrics({ name }: ServicePortView): boolean {
  return /metrics|monitor|prom/i.test(name);
}

/** Whether a container gets the number as an address to listen on: `--bind-address=:8443`, `--port 8443`, `PORT`. */
function isGiven(workload: WorkloadView, port: number): boolean {
  const address = new RegExp(`(?:^|[=\\s])(?:[\\w.*]*:|\\[[\\da-f:]*\\]:)?${port}(?:$|\\s)`);
  return servingContainers(workload).some(({ value }) =>
    [
      ...[...listAt(value, 'command'), ...listAt(value, 'args')],
      ...listAt(value, 'env')
        .filter((variable) => /port|listen|bind|addr/i.test(textAt(variable, 'name')))
        .map((variable) => valueAt(variable, 'value') ?? null),
    ].some((text) => typeof text === 'string' && address.test(text)),
  );
}

/** Whether it is where operators serve their webhooks, on an undeclared port (controller-runtime's usual one is 9443). */
function isWebhook({ name, port, targetPort }: ServicePortView): boolean {
  return /webhook|admission/i.test(name) || (port === 443 && targetPort === 9443);
}

/** The ports of a container's probes, with names resolved. */
function probePorts({ value, ports }: ContainerView): number[] {
  return ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket', 'grpc'].flatMap((handler) => {
      const port = valueAt(value, probe, handler, 'port');
      const number = typeof port === 'string' ? ports.find(({ name }) => name === port)?.containerPort : port;
      return typeof number === 'number' ? [number] : [];
    }),
  );
}

function declaredText(declared: readonly ServingPort[]): string {
  const ports = [
    ...new Set(
      declared.flatMap(({ port }) =>
        port.containerPort === undefined
          ? []
          : [port.protocol === 'TCP' ? String(port.containerPort) : `${port.containerPort} (${quote(port.protocol)})`],
      ),
    ),
  ];
  return ports.length > 5
    ? `${ports.length} others are declared`
    : `declared ${ports.length === 1 ? 'is' : 'are'} ${joinWords(ports)}`;
}
