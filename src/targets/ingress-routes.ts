/** Where requests for a host and a path lead: the rules of Ingresses and HTTPRoutes, in the order of their precedence. */
import { backendsOf, type BackendView } from '../lint/model/backends.js';
import { routesOf } from '../lint/model/ingress.js';
import { isOwnKind, namespaceOf } from '../lint/model/names.js';
import { groupOf } from '../cluster/values.js';
import { listAt, textAt } from '../lint/values.js';
import type { ManifestObject } from '../manifests/types.js';

export interface HttpRoute {
  readonly source: ManifestObject;
  /** `''`: any host. */
  readonly host: string;
  readonly path: string;
  /** `Exact`, `Prefix`, `ImplementationSpecific`, `RegularExpression`; `default`: what no rule takes. */
  readonly pathType: string;
  readonly backend: BackendView;
}

/** All routes of the objects, in reading order. */
export function httpRoutes(objects: readonly ManifestObject[]): HttpRoute[] {
  return objects.flatMap((object) =>
    object.kind === 'Ingress' && isOwnKind(object)
      ? ofIngress(object)
      : object.kind === 'HTTPRoute' && groupOf(object.apiVersion) === 'gateway.networking.k8s.io'
        ? ofHttpRoute(object)
        : [],
  );
}

function ofIngress(ingress: ManifestObject): HttpRoute[] {
  const routes = new Map(routesOf(ingress).map((route) => [route.path.join('\0'), route]));
  return backendsOf(ingress).map((backend) => {
    const at = backend.path.join('\0').replace(/\0backend(?:\0service)?$/, '');
    const route = routes.get(at);
    return {
      source: ingress,
      host: route?.host ?? '',
      path: route === undefined ? '' : route.urlPath || '/',
      pathType: route === undefined ? 'default' : route.pathType || 'ImplementationSpecific',
      backend,
    };
  });
}

/** Matches by headers, methods and queries are taken to be met. */
function ofHttpRoute(route: ManifestObject): HttpRoute[] {
  const named = listAt(route.value, 'spec', 'hostnames').filter((host) => typeof host === 'string');
  const hosts = named.length === 0 ? [''] : named;
  return backendsOf(route).flatMap((backend) => {
    const matches = listAt(route.value, 'spec', 'rules', backend.path[2] ?? 0, 'matches');
    const paths = matches.length === 0 ? [undefined] : matches;
    return hosts.flatMap((host) =>
      paths.map((match) => {
        const type = textAt(match, 'path', 'type');
        return {
          source: route,
          host,
          path: textAt(match, 'path', 'value') || '/',
          pathType: type === '' || type === 'PathPrefix' ? 'Prefix' : type,
          backend,
        };
      }),
    );
  });
}

/**
 * The route that a request takes, by the rules of networking.k8s.io/v1 and of the Gateway API: the host in full goes
 * before a wildcard, that before none; an exact path before others, a longer one before a shorter one; what no rule of
 * any Ingress takes goes to a default backend. The first of equals counts.
 */
export function routeFor(routes: readonly HttpRoute[], host: string, path: string): HttpRoute | undefined {
  const matching = routes.filter((route) => hostRank(route.host, host) > 0 && pathRank(route, path) > 0);
  return [...matching].sort(
    (a, b) =>
      Number(a.pathType === 'default') - Number(b.pathType === 'default') ||
      hostRank(b.host, host) - hostRank(a.host, host) ||
      pathRank(b, path) - pathRank(a, path),
  )[0];
}

/** 0 where it is not for that host. A wildcard stands for one label (of HTTPRoutes for several, which is rarer). */
function hostRank(own: string, host: string): number {
  if (own === '') return 1;
  if (own.toLowerCase() === host) return 1000;
  const suffix = own.startsWith('*.') ? own.slice(1).toLowerCase() : undefined;
  if (suffix === undefined || !host.endsWith(suffix)) return 0;
  const label = host.slice(0, -suffix.length);
  return label !== '' && !label.includes('.') ? 1 + own.length : 0;
}

/** 0 where it does not match. Prefixes match element by element: /foo is none of /foobar. */
function pathRank({ path, pathType }: HttpRoute, asked: string): number {
  if (pathType === 'default') return 1;
  if (pathType === 'Exact') return path === asked ? 100_000 : 0;
  const prefix = path.replace(/\/+$/, '');
  return asked === prefix || asked.startsWith(`${prefix}/`) ? 2 + prefix.length : 0;
}

/** `Ingress shop/web`, `HTTPRoute shop/web`. */
export function routeSourceWords({ source }: HttpRoute): string {
  return `${source.kind} ${namespaceOf(source)}/${source.name}`;
}
