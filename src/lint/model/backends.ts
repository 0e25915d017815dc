import type { Path } from '../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../manifests/types.js';
import { integerAt, listAt, mapAt, textAt } from '../values.js';
import { routesOf } from './ingress.js';
import { groupOf, namespaceOf, valueAt } from '../../manifests/values.js';
import { memoized } from '../../diagnostics/memoized.js';

/** A Service to which an Ingress, or a route of the Gateway API, sends requests. */
export interface BackendView {
  readonly source: ManifestObject;
  /** The reference to the Service: the backend's `service`, or the entry of `backendRefs`. */
  readonly path: Path;
  /** The path of the Service's name. */
  readonly namePath: Path;
  readonly service: string;
  /** The Service's namespace: that of the source, unless a route gives another. */
  readonly namespace: string;
  readonly port: string | number | undefined;
  /** The path of the port's name or number. */
  readonly portPath: Path;
}

/** Routes of the Gateway API with `backendRefs` in their rules. */
const routeKinds = new Set(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute']);

/** The objects of a set, also by kind. */
interface ObjectIndex {
  readonly objects: readonly ManifestObject[];
  ofKind(kind: string): readonly ManifestObject[];
}

/** All objects that send requests to Services by name, in reading order. */
export const backendSources = memoized((context: ObjectIndex): readonly ManifestObject[] => {
  const routes = context.objects.filter(isRoute);
  return routes.length === 0 ? context.ofKind('Ingress') : [...context.ofKind('Ingress'), ...routes];
});

function isRoute({ kind, apiVersion }: ManifestObject): boolean {
  return routeKinds.has(kind) && groupOf(apiVersion) === 'gateway.networking.k8s.io';
}

/** What answers requests for a missing backend, for messages. */
export function answererOf({ kind }: ManifestObject): string {
  return kind === 'Ingress' ? 'the Ingress controller' : 'the Gateway';
}

/** The Services of an Ingress or route, with the default backend first. Backends that are not Services are left out. */
export const backendsOf = memoized((source: ManifestObject): readonly BackendView[] =>
  isRoute(source) ? ofRoute(source) : ofIngress(source),
);

function ofIngress(ingress: ManifestObject): BackendView[] {
  if (isRedirect(ingress)) return [];
  const paths: Path[] = [
    ['spec', 'defaultBackend'],
    ['spec', 'backend'],
    ...routesOf(ingress).map((route) => [...route.path, 'backend']),
  ];
  return paths.flatMap((path) =>
    mapAt(ingress.value, ...path) === undefined
      ? []
      : isOldIngress(ingress)
        ? viewOldBackend(ingress, path)
        : viewBackend(ingress, [...path, 'service']),
  );
}

/** Whether the Ingress has a version with `serviceName` and `servicePort` in its backends. */
function isOldIngress({ kind, apiVersion }: ManifestObject): boolean {
  return kind === 'Ingress' && apiVersion !== 'networking.k8s.io/v1';
}

function viewOldBackend(ingress: ManifestObject, path: Path): BackendView[] {
  const backend = valueAt(ingress.value, ...path);
  const service = textAt(backend, 'serviceName');
  const name = textAt(backend, 'servicePort');
  if (service === '' || name === 'use-annotation' || isBalancerAction(ingress, service, backend)) return [];
  const port = integerAt(backend, 'servicePort') ?? (/^\d+$/.test(name) ? Number(name) : name);
  return [
    {
      source: ingress,
      path,
      namePath: [...path, 'serviceName'],
      service,
      namespace: namespaceOf(ingress),
      port: port === '' || port === 0 ? undefined : port,
      portPath: [...path, 'servicePort'],
    },
  ];
}

function viewBackend(ingress: ManifestObject, path: Path): BackendView[] {
  const backend = valueAt(ingress.value, ...path);
  const service = textAt(backend, 'name');
  if (service === '' || isBalancerAction(ingress, service, backend)) return [];
  const name = textAt(backend, 'port', 'name');
  return [
    {
      source: ingress,
      path,
      namePath: [...path, 'name'],
      service,
      namespace: namespaceOf(ingress),
      port: name === '' ? integerAt(backend, 'port', 'number') || undefined : name,
      portPath: [...path, 'port', name === '' ? 'number' : 'name'],
    },
  ];
}

/**
 * Whether the controller answers all requests itself, so that the backend, which every path requires, is only a
 * placeholder: an annotation of ingress-nginx or of the HAProxy controller redirects requests, or a snippet returns
 * before the backend is used.
 */
function isRedirect({ value }: ManifestObject): boolean {
  const annotations = mapAt(value, 'metadata', 'annotations');
  if (annotations === undefined) return false;
  return (
    redirects.some((key) => textAt(annotations, key) !== '') ||
    snippets.some((key) =>
      /^\s*(?:return\s+\d{3}|rewrite\s.*\s(?:redirect|permanent))\b[^{}]*$/.test(textAt(annotations, key)),
    )
  );
}

const nginx = 'nginx.ingress.kubernetes.io';
const redirects = [`${nginx}/permanent-redirect`, `${nginx}/temporal-redirect`, 'haproxy.org/request-redirect'];
const snippets = [`${nginx}/configuration-snippet`, `${nginx}/server-snippet`];

/** `backendRefs` of every rule; references to other kinds than Service are left out. */
function ofRoute(route: ManifestObject): BackendView[] {
  return listAt(route.value, 'spec', 'rules').flatMap((rule, index) =>
    listAt(rule, 'backendRefs').flatMap((backend, position): BackendView[] => {
      const path = ['spec', 'rules', index, 'backendRefs', position];
      const service = textAt(backend, 'name');
      const isService = textAt(backend, 'group') === '' && ['', 'Service'].includes(textAt(backend, 'kind'));
      if (service === '' || !isService) return [];
      return [
        {
          source: route,
          path,
          namePath: [...path, 'name'],
          service,
          namespace: textAt(backend, 'namespace') || namespaceOf(route),
          port: integerAt(backend, 'port') || undefined,
          portPath: [...path, 'port'],
        },
      ];
    }),
  );
}

/**
 * AWS Load Balancer Controller: with `port.name: use-annotation`, the Service's name is that of an action in an
 * annotation.
 */
function isBalancerAction(ingress: ManifestObject, service: string, backend: Json | undefined): boolean {
  return (
    textAt(backend, 'port', 'name') === 'use-annotation' ||
    valueAt(ingress.value, 'metadata', 'annotations', `alb.ingress.kubernetes.io/actions.${service}`) !== undefined
  );
}
