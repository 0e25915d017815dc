import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { glusterEndpoints, isElectionLock, serviceNameLabel, serviceOfSlice } from '../../model/endpoint-objects.js';
import { ended, suggest } from '../../model/describe.js';
import { OperatorIndex } from '../../model/operators.js';
import type { LintRule, Problem } from '../../rule.js';
import { listAt } from '../../values.js';
import { namespaceOf } from '../../../manifests/values.js';

const manifests = (serviceName: string): string => `apiVersion: v1
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
- name: pg
  port: 5432
  protocol: TCP
endpoints:
- addresses:
  - 192.0.2.15
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-2
  labels:
    kubernetes.io/service-name: ${serviceName}
addressType: IPv4
ports:
- name: pg
  port: 5432
  protocol: TCP
endpoints:
- addresses:
  - 192.0.2.16
`;

export const orphan: LintRule = {
  id: 'endpoints/orphan',
  severity: 'warning',
  documentation: {
    summary: 'Endpoints without a Service of its name, or an EndpointSlice with a label that names none',
    why: `Endpoints belong to the Service of their own name and namespace. An EndpointSlice belongs to the Service that
its label \`kubernetes.io/service-name\` names; its own name means nothing. kube-proxy writes no rule for addresses that
belong to no Service, so nobody is ever sent there, and the Service that they were meant for is short of them.

Endpoints that are locks of a leader election, or that a volume of GlusterFS names, are left alone. Where the set holds no Service at all nothing is said of a
name: Services are defined elsewhere. A slice without the label is reported in any case.`,
    remedy: 'Correct the label (of a slice) or the name (of Endpoints), or add the Service.',
    falseAlarm: 'Where the Service is applied from elsewhere: lint its manifest together with this one.',
    bad: manifests('legacy-database'),
    good: manifests('legacy-db'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership',
      'kube-proxy: slices are cached by the label kubernetes.io/service-name',
    ],
  },
  *check(context) {
    const search = new ServiceSearch(context);
    for (const object of context.ofKind('Endpoints')) {
      // Without addresses it may be a lock that nobody holds yet.
      if (object.name === '' || isElectionLock(object) || listAt(object.value, 'subsets').length === 0) continue;
      if (search.has(object, object.name)) continue;
      yield {
        object,
        path: ['metadata', 'name'],
        message:
          `There is no Service ${quote(object.name)} in namespace ${quote(namespaceOf(object))}, ` +
          `so nothing is ever sent to these addresses; ${ended(search.advice(object, object.name))}`,
      };
    }
    for (const slice of context.ofKind('EndpointSlice')) yield* checkSlice(slice, search);
  },
};

function* checkSlice(object: ManifestObject, search: ServiceSearch): Generator<Problem> {
  const name = serviceOfSlice(object);
  const path = ['metadata', 'labels', serviceNameLabel];
  if (name === '')
    yield {
      object,
      path,
      message:
        `The slice has no label ${serviceNameLabel}, so it belongs to no Service and nothing is ever sent to its ` +
        "addresses; add the label with the Service's name.",
    };
  else if (!search.has(object, name))
    yield {
      object,
      path,
      message:
        `There is no Service ${quote(name)} in namespace ${quote(namespaceOf(object))}, ` +
        `so nothing is ever sent to these addresses; ${ended(search.advice(object, name))}`,
    };
}

class ServiceSearch {
  readonly #context: LintContext;
  #operators: OperatorIndex | undefined;
  #volumes: ReadonlySet<string> | undefined;

  constructor(context: LintContext) {
    this.#context = context;
  }

  /** Whether the Service exists, or may exist outside the set. */
  has(object: ManifestObject, name: string): boolean {
    const namespace = namespaceOf(object);
    if (this.#context.service(namespace, name) !== undefined || this.#context.services.length === 0) return true;
    if (this.#context.unread.mention(['Service', name])) return true;
    this.#volumes ??= glusterEndpoints(this.#context);
    if (object.kind === 'Endpoints' && this.#volumes.has(name)) return true;
    this.#operators ??= new OperatorIndex(this.#context);
    return this.#operators.mayMakeService(namespace, name);
  }

  advice(object: ManifestObject, name: string): string {
    const names = this.#context.servicesIn(namespaceOf(object)).map((service) => service.name);
    return suggest(name, names, 'Service') ?? 'put them where the Service is, or add it';
  }
}
