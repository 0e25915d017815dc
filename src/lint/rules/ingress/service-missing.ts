import { nearest } from '../../../diagnostics/nearest.js';
import { quote } from '../../../diagnostics/quote.js';
import type { LintContext } from '../../context.js';
import { listNames } from '../../model/describe.js';
import { groupBy } from '../../model/groups.js';
import { backendsOf } from '../../model/ingress.js';
import { namespaceOf } from '../../model/names.js';
import { OperatorIndex } from '../../model/operators.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';

export const serviceMissing: LintRule = {
  id: 'ingress/service-missing',
  severity: 'error',
  documentation: {
    summary: 'A backend names a Service that its namespace does not hold',
    why: `An Ingress reaches Services of its own namespace only. The API server accepts any name; the Ingress controller then finds no Service, and answers every request for that host and path with 503 (ingress-nginx), 404 or
its default backend's page. Other paths go on working, which makes it easy to miss.

Nothing is said where the set holds no Service in that namespace, where a custom resource of the namespace may be what makes the Service, or where an annotation of the AWS Load Balancer Controller gives the name its meaning.`,
    remedy: 'Correct the name, or put Ingress and Service in one namespace.',
    bad: `${exampleIngress('website', 'number: 80')}${exampleService}`,
    good: `${exampleIngress('web', 'number: 80')}${exampleService}`,
    sources: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource'],
  },
  *check(context) {
    const operators = new OperatorIndex(context.objects);
    for (const object of context.ofKind('Ingress')) {
      const namespace = namespaceOf(object);
      if (context.servicesIn(namespace).length === 0) continue;
      for (const { service, path } of backendsOf(object)) {
        if (context.service(namespace, service) !== undefined || operators.mayMakeService(namespace, service)) continue;
        yield { object, path: [...path, 'name'], message: `There is no Service ${quote(service)} in namespace ${quote(namespace)}, so requests for this backend get an error from the Ingress controller; ${advice(context, namespace, service)}.` };
      }
    }
  },
};

function advice(context: LintContext, namespace: string, service: string): string {
  const names = context.servicesIn(namespace).slice(0, 200).map(({ name }) => name);
  const near = nearest(service, names) ?? (names.length === 1 ? names[0] : undefined);
  if (near !== undefined) return `did you mean ${quote(near)}`;
  const elsewhere = servicesByName(context).get(service)?.[0];
  return elsewhere === undefined ? `Services there are ${listNames(names)}`
    : `namespace ${quote(elsewhere.namespace)} has one, but an Ingress reaches Services of its own namespace only`;
}

const known = new WeakMap<LintContext, ReadonlyMap<string, readonly { readonly namespace: string }[]>>();

function servicesByName(context: LintContext): ReadonlyMap<string, readonly { readonly namespace: string }[]> {
  const services = known.get(context) ?? groupBy(context.services, ({ name }) => name);
  known.set(context, services);
  return services;
}
