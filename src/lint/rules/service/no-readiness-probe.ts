import { quote } from '../../../diagnostics/quote.js';
import { webDeployment } from '../../model/example-manifests.js';
import { describeObject } from '../../model/names.js';
import { selectingServices } from '../../model/selected.js';
import { servingPorts, targetOf, type ServingPort } from '../../model/serving-ports.js';
import type { ServicePortView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { booleanAt, mapAt } from '../../values.js';

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

export const noReadinessProbe: LintRule = {
  id: 'service/no-readiness-probe',
  severity: 'info',
  documentation: {
    summary: 'A container that serves a Service has no readinessProbe',
    why: `A Pod becomes an endpoint when all its containers are ready, and a container without readinessProbe is ready
as soon as its process runs. Connections that kube-proxy sends in the seconds before the program listens are refused, at
every start and every rollout; and a program that hangs keeps its share of the traffic. A livenessProbe does not help:
it restarts a container and keeps nothing away from it.

Looked at are the containers that declare the port which the Service sends to, with its protocol.`,
    remedy: 'Add a readinessProbe that asks what clients need, such as an HTTP path or a TCP connection to the port.',
    falseAlarm: 'Where the program is ready as soon as it runs, or its clients retry.',
    bad: `${service}${webDeployment.slice(0, webDeployment.indexOf('        readinessProbe'))}`,
    good: `${service}${webDeployment}`,
    sources: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#types-of-probe'],
  },
  *check(context) {
    const known = new Set<ServingPort['container']>();
    for (const {
      service: { object, ports, spec },
      selected,
    } of selectingServices(context)) {
      if (booleanAt(spec, 'publishNotReadyAddresses') === true) continue;
      for (const workload of selected) {
        for (const { container, port } of servingPorts(workload)) {
          if (
            known.has(container) ||
            mapAt(container.value, 'readinessProbe') !== undefined ||
            !ports.some((target) => leadsTo(target, port))
          )
            continue;
          known.add(container);
          yield {
            object: workload.object,
            path: container.path,
            part: 'key',
            message:
              `Container ${quote(container.name)} serves ${describeObject(object)} and has no readinessProbe, ` +
              'so it gets connections before it listens and when it hangs; add one.',
          };
        }
      }
    }
  },
};

function leadsTo(target: ServicePortView, port: ServingPort['port']): boolean {
  const wanted = targetOf(target);
  return (
    wanted !== undefined &&
    target.protocol === port.protocol &&
    (typeof wanted === 'number' ? port.containerPort === wanted : port.name === wanted)
  );
}
