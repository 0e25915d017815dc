import type { Path } from '../../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { listNames } from '../../model/describe.js';
import { isElectionLock, serviceOfSlice } from '../../model/endpoint-objects.js';
import { describeObject } from '../../model/names.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule, Problem } from '../../rule.js';
import { listAt, textAt } from '../../values.js';
import { namespaceOf } from '../../../manifests/values.js';

const manifests = (portName: string): string => `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ports:
  - name: pg
    port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-1
  labels:
    kubernetes.io/service-name: legacy-db
addressType: IPv4
ports:
- name: ${portName}
  port: 15432
  protocol: TCP
endpoints:
- addresses:
  - 192.0.2.15
`;

export const portMismatch: LintRule = {
  id: 'endpoints/port-mismatch',
  severity: 'error',
  documentation: {
    summary: 'No port of the slice has the name of a port of its Service',
    why: `kube-proxy joins a Service's ports and the ports of its slices by name and protocol, not by number: the number
of the slice's port is where packets go, and may be any. A slice without a port that has a name of the Service's adds no
endpoint to any port. The Service is there, the slice is there, and connections are rejected as if there were no
endpoints. A port without a name and an empty name are the same.

Endpoints of a Service without selector are copied into slices with their port names, and are looked at alike. For a
headless Service it is an info: its DNS addresses work, its SRV records do not.`,
    remedy: "Give the slice's ports the names of the Service's ports.",
    falseAlarm: 'Where a controller rewrites the slice before it is used.',
    bad: manifests('postgres'),
    good: manifests('pg'),
    sources: [
      'kube-proxy: ServicePortName is namespace, name, port name and protocol',
      'https://kubernetes.io/docs/concepts/services-networking/service/#custom-endpointslices',
    ],
  },
  *check(context) {
    for (const slice of context.ofKind('EndpointSlice'))
      yield* checkPorts(slice, serviceOfSlice(slice), slice.value, [], context);
    for (const object of context.ofKind('Endpoints')) {
      if (isElectionLock(object) || context.service(namespaceOf(object), object.name)?.selector !== undefined) continue;
      for (const [index, subset] of listAt(object.value, 'subsets').entries())
        yield* checkPorts(object, object.name, subset, ['subsets', index], context);
    }
  },
};

/** Checks one set of ports. A set without ports adds nothing; if it has no addresses either, it is a placeholder. */
function* checkPorts(
  object: ManifestObject,
  serviceName: string,
  holder: Json,
  path: Path,
  context: LintContext,
): Generator<Problem> {
  const service = context.service(namespaceOf(object), serviceName);
  const ports = listAt(holder, 'ports');
  if (service === undefined || service.isExternalName || service.ports.length === 0 || ports.length === 0) return;
  const wanted = new Set(service.ports.map(({ name, protocol }) => `${name}/${protocol}`));
  if (
    ports.some((port) => wanted.has(`${textAt(port, 'name')}/${textAt(port, 'protocol') || 'TCP'}`)) ||
    hasRefusedPart(service, object, [...path, 'ports'], ports.length, context)
  )
    return;
  yield {
    object,
    path: [...path, 'ports'],
    ...(service.isHeadless ? { severity: 'info' } : {}),
    message: describe(ports, service),
  };
}

/** A name or protocol that the API server rejects may be the intended one: this is already reported. */
function hasRefusedPart(
  service: ServiceView,
  object: ManifestObject,
  path: Path,
  count: number,
  context: LintContext,
): boolean {
  const isRefused = (of: ManifestObject, port: Path): boolean =>
    ['name', 'protocol'].some((field) => context.isRefused(of, [...port, field]));
  return (
    service.ports.some((port) => isRefused(service.object, port.path)) ||
    Array.from({ length: count }, (_, index) => [...path, index]).some((port) => isRefused(object, port))
  );
}

function describe(ports: readonly Json[], service: ServiceView): string {
  const names = ports.map((port) => textAt(port, 'name'));
  const effect = service.isHeadless
    ? 'so its SRV records lack these addresses'
    : 'so these addresses get no traffic from any of its ports';
  if (service.ports.some(({ name }) => names.includes(name))) {
    return (
      'The protocol of these ports is not that of the ports of the same name of ' +
      `${describeObject(service.object)}, ${effect}; give both one protocol.`
    );
  }
  return (
    `The port names here (${listNames(names)}) match none of ${describeObject(service.object)} ` +
    `(${listNames(service.ports.map(({ name }) => name))}), ${effect}; use the Service's names.`
  );
}
