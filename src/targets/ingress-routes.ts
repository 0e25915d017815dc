/** Where requests for a host and path lead: the rules of Ingresses and HTTPRoutes in order of precedence. */
import { backendsOf, type BackendView } from '../lint/model/backends.js';
import { routesOf } from '../lint/model/ingress.js';
import { isOwnKind } from '../lint/model/names.js';
import { groupOf, namespaceOf } from '../manifests/values.js';
import { integerAt, listAt, textAt } from '../lint/values.js';
import type { ManifestObject } from '../manifests/types.js';
import { conditionsOf, type HttpCondition } from './http-conditions.js';

export interface HttpRoute {
  readonly source: ManifestObject;
  /** `''`: every host. */
  readonly host: string;
  readonly path: string;
  /** `Exact`, `Prefix`, `ImplementationSpecific`, `RegularExpression`; `default`: requests that no rule matches. */
  readonly pathType: string;
  readonly backend: BackendView;
  /** Further conditions on requests; empty for Ingresses. */
  readonly conditions: readonly HttpCondition[];
  /** Its weight among the backends of one rule. */
  readonly weight: number;
}

/** The known properties of a request. */
interface HttpRequest {
  /** Lower case, without port. */
  readonly host: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
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
      conditions: [],
      weight: 1,
    };
  });
}

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
          conditions: conditionsOf(match),
          weight: integerAt(route.value, ...backend.path, 'weight') ?? 1,
        };
      }),
    );
  });
}

/** The rule for a request. */
export interface RouteChoice {
  /** Its backends, among which requests are distributed by weight; for an Ingress there is one. */
  readonly routes: readonly HttpRoute[];
  /** Whether its conditions are met, as far as the request is known. */
  readonly isMet: boolean;
  /** Rules that would take precedence if their conditions were met. */
  readonly others: readonly HttpRoute[];
}

/**
 * The rule for a request, according to networking.k8s.io/v1 and the Gateway API. An exact host takes precedence over a
 * wildcard, and a wildcard over none; an exact path over others, a longer path over a shorter one; then more conditions
 * over fewer. Requests that match no rule of any Ingress go to a default backend. The first of equal rules is chosen.
 * Undefined if none matches.
 */
export function chooseRoute(routes: readonly HttpRoute[], { host, path, query }: HttpRequest): RouteChoice | undefined {
  const ranked = routes
    .filter((route) => hostRank(route, host) > 0 && pathRank(route, path) > 0)
    .sort(
      (a, b) =>
        Number(a.pathType === 'default') - Number(b.pathType === 'default') ||
        hostRank(b, host) - hostRank(a, host) ||
        pathRank(b, path) - pathRank(a, path) ||
        b.conditions.length - a.conditions.length,
    );
  const isMet = ({ conditions }: HttpRoute): boolean => conditions.every((one) => one.isMetBy(query));
  const first = ranked.find(isMet) ?? ranked[0];
  if (first === undefined) return undefined;
  const beside = ranked.filter((one) => isSameRule(one, first));
  const weighted = beside.filter(({ weight }) => weight > 0);
  return {
    routes: weighted.length === 0 ? beside : weighted,
    isMet: isMet(first),
    others: ranked.slice(0, ranked.indexOf(first)),
  };
}

function isSameRule(a: HttpRoute, b: HttpRoute): boolean {
  const ruleOf = ({ backend }: HttpRoute): string => backend.path.slice(0, 3).join(' ');
  const conditionWords = ({ conditions }: HttpRoute): string => conditions.map(({ words }) => words).join(' ');
  if (a === b) return true;
  return (
    a.source.kind === 'HTTPRoute' &&
    a.source === b.source &&
    ruleOf(a) === ruleOf(b) &&
    a.host === b.host &&
    a.path === b.path &&
    conditionWords(a) === conditionWords(b)
  );
}

/** 0 if it is not for that host. A wildcard matches one label, in HTTPRoutes one or more. */
function hostRank({ host: own, source }: HttpRoute, host: string): number {
  if (own === '') return 1;
  if (own.toLowerCase() === host) return 1000;
  const suffix = own.startsWith('*.') ? own.slice(1).toLowerCase() : undefined;
  if (suffix === undefined || !host.endsWith(suffix)) return 0;
  const label = host.slice(0, -suffix.length);
  const isOne = label !== '' && (source.kind === 'HTTPRoute' || !label.includes('.'));
  return isOne ? 1 + own.length : 0;
}

/** 0 if it does not match. Prefixes match whole path elements: /foo does not match /foobar. */
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
