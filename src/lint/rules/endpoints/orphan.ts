import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { mayComeFromChart } from '../../model/charts.js';
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

Endpoints that are locks of a leader election, or that a volume of GlusterFS names, are left alone. It is an info beside the values of a chart, or what installs one,
which may make the Service. Where the set holds no Service at all nothing is said of a name: Services are defined elsewhere. A slice without the label is reported in any case.`,
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
      if (!search.has(object, object.name)) yield orphaned(context, search, object, object.name, ['metadata', 'name']);
    }
    for (const slice of context.ofKind('EndpointSlice')) yield* checkSlice(context, slice, search);
  },
};

function* checkSlice(context: LintContext, object: ManifestObject, search: ServiceSearch): Generator<Problem> {
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
  else if (!search.has(object, name)) yield orphaned(context, search, object, name, path);
}

function orphaned(
  context: LintContext,
  search: ServiceSearch,
  object: ManifestObject,
  service: string,
  path: Path,
): Problem {
  const what = `There is no Service ${quote(service)} in namespace ${quote(namespaceOf(object))}`;
  return mayComeFromChart(context, object)
    ? {
        object,
        path,
        severity: 'info',
        message: `${what} of the set, but a chart beside it may make one; nothing is sent to these addresses otherwise.`,
      }
    : {
        object,
        path,
        message: `${what}, so nothing is ever sent to these addresses; ${ended(search.advice(object, service))}`,
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
