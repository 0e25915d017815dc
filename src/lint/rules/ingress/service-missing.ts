import { nearest } from '../../../diagnostics/nearest.js';
import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { suggest } from '../../model/describe.js';
import { groupBy } from '../../model/groups.js';
import { backendsOf, type BackendView } from '../../model/ingress.js';
import { namespaceOf } from '../../model/names.js';
import { OperatorIndex } from '../../model/operators.js';
import { saysNamespace, Vicinity, type Seeker } from '../../model/vicinity.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';

export const serviceMissing: LintRule = {
  id: 'ingress/service-missing',
  severity: 'error',
  documentation: {
    summary: 'A backend names a Service that its namespace does not hold',
    why: `An Ingress reaches Services of its own namespace only. The API server accepts any name; the Ingress controller then finds no Service, and answers every request for that host and path with 503 (ingress-nginx), 404 or
its default backend's page. Other paths go on working, which makes it easy to miss.

It is an info, in a set of many files, for an Ingress that says no namespace and has no Service in its file or directory, where few of the Ingresses around it find theirs, as in a collection of examples; where a document that could not be read speaks of such a Service; and in kube-system, unless a name is near. Nothing is said where the set holds no Service in that namespace, where a custom resource of the namespace may be what makes the Service, or where an annotation of the AWS Load Balancer Controller gives the name its meaning.`,
    remedy: 'Correct the name, or put Ingress and Service in one namespace.',
    bad: `${exampleIngress('website', 'number: 80')}${exampleService}`,
    good: `${exampleIngress('web', 'number: 80')}${exampleService}`,
    sources: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource'],
  },
  *check(context) {
    const operators = new OperatorIndex(context.objects);
    const missing = context.ofKind('Ingress').flatMap((object) => missingBackends(context, operators, object));
    if (missing.length === 0) return;
    const vicinity = new Vicinity(context.objects, context.services, seekers(context));
    for (const { ingress: object, service, path } of missing) {
      const namespace = namespaceOf(object);
      const problem = { object, path: [...path, 'name'] };
      const what = `There is no Service ${quote(service)} in namespace ${quote(namespace)}`;
      if (isExpected(context, vicinity, object, namespace, service))
        yield {
          ...problem,
          message: `${what}, so requests for this backend get an error from the Ingress controller; ${advice(context, namespace, service)}.`,
        };
      else
        yield {
          ...problem,
          severity: 'info',
          message: `${what} of the set; lint it together with the Ingress to know that requests get there.`,
        };
    }
  },
};

function missingBackends(context: LintContext, operators: OperatorIndex, object: ManifestObject): BackendView[] {
  const namespace = namespaceOf(object);
  if (context.servicesIn(namespace).length === 0) return [];
  return backendsOf(object).filter(
    ({ service }) => context.service(namespace, service) === undefined && !operators.mayMakeService(namespace, service),
  );
}

/** The Ingresses that name Services; where one backend is found, its neighbours are expected to be. */
function seekers(context: LintContext): Seeker[] {
  return context
    .ofKind('Ingress')
    .filter((object) => backendsOf(object).length > 0)
    .map((object) => {
      const namespace = namespaceOf(object);
      return {
        object,
        namespace,
        finds: backendsOf(object).some(({ service }) => context.service(namespace, service) !== undefined),
      };
    });
}

function advice(context: LintContext, namespace: string, service: string): string {
  const near = nearestService(context, namespace, service);
  if (near !== undefined) return `did you mean ${quote(near)}`;
  const elsewhere = servicesByName(context).get(service)?.[0];
  return elsewhere === undefined
    ? (suggest(
        service,
        context.servicesIn(namespace).map(({ name }) => name),
        'Service',
      ) ?? 'add it')
    : `namespace ${quote(elsewhere.namespace)} has one, but an Ingress reaches Services of its own namespace only`;
}

function nearestService(context: LintContext, namespace: string, service: string): string | undefined {
  return nearest(
    service,
    context
      .servicesIn(namespace)
      .slice(0, 64)
      .map(({ name }) => name),
  );
}

/**
 * Whether the Service should be in the set: in kube-system much is that no manifest of one's own makes, and what cannot
 * be read may hold it.
 */
function isExpected(
  context: LintContext,
  vicinity: Vicinity,
  object: ManifestObject,
  namespace: string,
  service: string,
): boolean {
  if (namespace === 'kube-system') return nearestService(context, namespace, service) !== undefined;
  if (context.unread.mention(['Service', service])) return false;
  return saysNamespace(object) || vicinity.expects({ object, namespace });
}

const known = new WeakMap<LintContext, ReadonlyMap<string, readonly { readonly namespace: string }[]>>();

function servicesByName(context: LintContext): ReadonlyMap<string, readonly { readonly namespace: string }[]> {
  const services = known.get(context) ?? groupBy(context.services, ({ name }) => name);
  known.set(context, services);
  return services;
}
