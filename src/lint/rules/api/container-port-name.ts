import { quote } from '../../../diagnostics/quote.js';
import { portNameFault } from '../../model/syntax.js';
import type { ContainerView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import type { Path } from '../../../diagnostics/finding.js';

export const containerPortName: LintRule = {
  id: 'api/container-port-name',
  severity: 'error',
  documentation: {
    summary: 'A container port name is malformed or occurs twice in its container',
    why: `Services and probes refer to a container's port by name. The API server accepts RFC 6335 names only (1 to 15
lower-case letters, digits and \`-\`, a letter among them) and each but once in a container; it refuses the Pod, or the
workload with this template, otherwise. Two containers of one Pod may use the same name, though a Service that asks for
it gets the first.`,
    remedy: 'Shorten or rename the port, and rename it in the targetPorts and probes that use it.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example.com/web:1.4.2
    ports:
    - name: http_main
      containerPort: 8080
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example.com/web:1.4.2
    ports:
    - name: http-main
      containerPort: 8080
`,
    sources: [
      'API validation of Pods: containers[].ports[].name is an IANA_SVC_NAME, unique within its container',
      'https://www.rfc-editor.org/rfc/rfc6335#section-5.1',
    ],
  },
  *check({ allWorkloads }) {
    for (const { object, kind, containers } of allWorkloads) {
      for (const container of containers) {
        for (const { path, fault } of faultsOf(container))
          yield { object, path, message: `${fault}, so the API server refuses the ${kind}; rename the port.` };
      }
    }
  },
};

function* faultsOf({ ports }: ContainerView): Iterable<{ path: Path; fault: string }> {
  const seen = new Set<string>();
  for (const { name, path } of ports) {
    if (name === '') continue;
    const fault = portNameFault(name);
    if (fault !== undefined) yield { path: [...path, 'name'], fault: `Container port name ${quote(name)} ${fault}` };
    else if (seen.has(name))
      yield { path: [...path, 'name'], fault: `Container port name ${quote(name)} appears twice in this container` };
    seen.add(name);
  }
}
