import { quote } from '../../../diagnostics/quote.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import type { Path } from '../../../diagnostics/finding.js';
import type { LintContext } from '../../context.js';
import { qualifiedNameFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { listAt, textAt } from '../../values.js';

interface PlacedPort {
  readonly object: ManifestObject;
  readonly port: Json;
  readonly path: Path;
}

export const appProtocol: LintRule = {
  id: 'api/app-protocol',
  severity: 'error',
  documentation: {
    summary: 'An appProtocol is not a qualified name',
    why: `appProtocol says to load balancers and meshes which protocol a port speaks. It is an IANA service name such as
\`http\`, one of Kubernetes' own such as \`kubernetes.io/h2c\`, or a name with a domain in front. The API server refuses
spaces, more than one \`/\` and names of more than 63 characters.`,
    remedy:
      'Use `http`, `https`, `kubernetes.io/h2c`, `kubernetes.io/ws`, `kubernetes.io/wss`, ' +
      'or the prefixed name that your implementation documents.',
    falseAlarm:
      'Never for a name that the API server refuses. A prefix that only one implementation knows is not refused, and not reported.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: rates
spec:
  selector:
    app: rates
  ports:
  - name: grpc
    port: 9000
    appProtocol: HTTP/2 cleartext
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: rates
spec:
  selector:
    app: rates
  ports:
  - name: grpc
    port: 9000
    appProtocol: kubernetes.io/h2c
`,
    sources: [
      'API validation of Services, Endpoints and EndpointSlices: appProtocol is a qualified name',
      'https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol',
    ],
  },
  *check(context) {
    for (const { object, port, path } of portsOf(context)) {
      const written = textAt(port, 'appProtocol');
      const fault = written === '' ? undefined : qualifiedNameFault(written);
      if (fault === undefined) continue;
      yield {
        object,
        path: [...path, 'appProtocol'],
        message:
          `appProtocol ${quote(written)} ${fault}, so the API server refuses the ${object.kind}; ` +
          'use a name such as "http" or "kubernetes.io/h2c".',
      };
    }
  },
};

function* portsOf(context: LintContext): Iterable<PlacedPort> {
  for (const object of context.ofKind('Service')) yield* placed(object, ['spec', 'ports']);
  for (const object of context.ofKind('EndpointSlice')) yield* placed(object, ['ports']);
  for (const object of context.ofKind('Endpoints')) {
    for (const index of listAt(object.value, 'subsets').keys()) yield* placed(object, ['subsets', index, 'ports']);
  }
}

function placed(object: ManifestObject, path: Path): PlacedPort[] {
  return listAt(object.value, ...path).map((port, index) => ({ object, port, path: [...path, index] }));
}
