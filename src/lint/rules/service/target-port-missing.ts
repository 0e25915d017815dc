import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads, ended, suggest } from '../../model/describe.js';
import { webDeployment } from '../../model/example-manifests.js';
import { faultyNamedPorts } from '../../model/named-ports.js';
import { allServingPorts } from '../../model/serving-ports.js';
import { sidecarWith } from '../../model/sidecar-ports.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';

export const targetPortMissing: LintRule = {
  id: 'service/target-port-missing',
  severity: 'error',
  documentation: {
    summary: 'A named targetPort exists in no selected Pod',
    why: `A targetPort that is a name is looked up in each selected Pod: among the ports of its containers, then of
those init containers that keep running (\`restartPolicy: Always\`). A Pod without such a port is not an endpoint of that
Service port. Where no Pod has it, kube-proxy rejects every connection to the port, although the Pods run and are ready
and the Service's other ports may work. It is an info for the names of ports that sidecars of Istio, Linkerd and Dapr
have, as webhooks put those into Pods.`,
    remedy: "Use the name that the container's port has, or give the container's port this name, or write the number.",
    falseAlarm: 'Where another sidecar that is injected at run time (an agent) has the port.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: web
${webDeployment}`,
    good: `apiVersion: v1
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
${webDeployment}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
      'EndpointSlice controller: FindPort (pkg/api/v1/pod) skips a Pod that lacks the named port; ' +
        'init containers that keep running since 1.28',
    ],
  },
  *check(context) {
    for (const { service, path, name, lookup, selected } of faultyNamedPorts(context)) {
      if (lookup !== 'missing') continue;
      const what = `No container port of ${describeWorkloads(selected)} is named ${quote(name)}, `;
      const sidecar = sidecarWith(name);
      if (sidecar !== undefined) {
        const message = `${what}but ${sidecar}'s sidecar has this port; make sure that it is put into the Pods.`;
        yield { object: service.object, path, severity: 'info', message };
        continue;
      }
      yield {
        object: service.object,
        path,
        message:
          what +
          `so ${service.isHeadless ? 'DNS has no SRV record for this Service port' : 'this Service port has no endpoints and connections to it are refused'}; ${ended(advice(name, selected))}`,
      };
    }
  },
};

function advice(name: string, selected: readonly WorkloadView[]): string {
  const names = allServingPorts(selected).map(({ port }) => port.name);
  return suggest(name, names, 'name') ?? 'the containers name no port: name one, or write the number';
}
