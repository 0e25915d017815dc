import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads, joinWords } from '../../model/describe.js';
import { webDeployment } from '../../model/example-manifests.js';
import { selectingServices } from '../../model/selected.js';
import { servingPorts, targetOf, targetPath, type ServingPort } from '../../model/serving-ports.js';
import type { LintRule } from '../../rule.js';

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
    why: `A number needs no declaration: packets for this Service port are sent to that port of the Pod, whatever \`ports\` says. Yet where containers do declare ports
and this one is not among them (with the Service port's protocol), the number is often the wrong one, and then every connection reaches a Pod that does not
listen there and is refused by it. A targetPort that is left out is the Service's own \`port\`.`,
    remedy: 'Check the number. If it is right, declare it in the container, so that readers and tools can see it.',
    bad: service(8081),
    good: service(8080),
    sources: [
      'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (a port that is not listed is not prevented from being exposed)',
    ],
  },
  *check(context) {
    for (const {
      service: { object, ports },
      selected,
    } of selectingServices(context)) {
      const declared = selected.flatMap((workload) => servingPorts(workload));
      if (declared.length === 0) continue;
      for (const port of ports) {
        const target = targetOf(port);
        if (
          typeof target !== 'number' ||
          declared.some((serving) => serving.port.containerPort === target && serving.port.protocol === port.protocol)
        )
          continue;
        yield {
          object,
          path: targetPath(port),
          message: `No container of ${describeWorkloads(selected)} declares ${port.protocol === 'TCP' ? '' : `${quote(port.protocol)} `}port ${target}, so if nothing listens there connections are refused by the Pod; ${declaredText(declared)}.`,
        };
      }
    }
  },
};

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
