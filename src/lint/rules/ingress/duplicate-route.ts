import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import { annotationsOf, classOf, routesOf, type RouteView } from '../../model/ingress.js';
import { describeObject, placeOf } from '../../model/names.js';
import { Claims } from '../../model/surroundings.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';
import { namespaceOf } from '../../../manifests/values.js';

export const duplicateRoute: LintRule = {
  id: 'ingress/duplicate-route',
  severity: 'warning',
  documentation: {
    summary: 'Two Ingresses of one class define one host and path',
    why: `A controller merges the rules of all Ingresses of its class, from all namespaces, into one table. When two of
them define one host and path, one wins and the other gets no requests. Which one is up to the controller: for
ingress-nginx the older object, which after a restore or a move to another cluster may be the other one. A change that
adds the second Ingress can thus do nothing at all, or take over somebody else's host.

An Exact path goes before a Prefix of the same text, so these two are not a pair; \`/shop\` and \`/shop/\` are one Prefix.
Canaries of ingress-nginx, masters and minions of NGINX's own controller, Ingresses for different entry points of
Traefik, and Ingresses that get a balancer each (GKE, AWS without a common group), share nothing. It is an info where the two are in different files and one has all routes
of the other: tutorials add to an Ingress so.`,
    remedy: 'Keep the route in one Ingress, or give one of them another host, path or class.',
    falseAlarm:
      'Where the controller merges Ingresses on purpose (canaries, mergeable minions: known annotations are not reported), or the two are for different clusters or controllers.',
    bad: `${exampleIngress('web', 'number: 80')}${exampleIngress('web', 'name: http', 'shop-new')}${exampleService}`,
    good:
      exampleIngress('web', 'number: 80') + exampleIngress('web', 'name: http', 'shop-new', '/new') + exampleService,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches',
      'ingress-nginx: the oldest rule wins',
      'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/',
    ],
  },
  *check(context) {
    const claims = new Claims<ManifestObject>(context.surroundings, (object) => object);
    for (const object of context.ofKind('Ingress')) {
      const table = tableOf(object);
      if (table === undefined) continue;
      const shared = new Map<ManifestObject, { readonly isCertain: boolean; readonly routes: RouteView[] }>();
      for (const route of routesOf(object)) {
        const key = `${table}\0${routeKey(route)}`;
        const found = claims.note(key, object, (holder) => isRival(holder, object));
        if (found === undefined) continue;
        const known = shared.get(found.holder) ?? { isCertain: found.isCertain, routes: [] };
        known.routes.push(route);
        shared.set(found.holder, known);
      }
      for (const [holder, { isCertain: isTogether, routes }] of shared) {
        const isCertain = isTogether && !areEitherOr(holder, object);
        yield {
          object,
          path: [...(routes[0]?.path ?? []), 'path'],
          ...(isCertain ? {} : { severity: 'info' as const }),
          message: describe(routes, holder, isCertain),
        };
      }
    }
  },
};

/** Ingresses in two files, of which one contains all routes of the other: steps of a tutorial. */
function areEitherOr(first: ManifestObject, second: ManifestObject): boolean {
  if (first.source.name === second.source.name) return false;
  const [one, other] = [first, second].map((object) => new Set(routesOf(object).map(routeKey)));
  const isWithin = (inner: ReadonlySet<string> = new Set(), outer: ReadonlySet<string> = new Set()): boolean =>
    [...inner].every((key) => outer.has(key));
  return isWithin(one, other) || isWithin(other, one);
}

/** The group within which the Ingress' routes compete; undefined if they are intended to coexist with others. */
function tableOf(object: ManifestObject): string | undefined {
  const annotations = annotationsOf(object);
  const name = classOf(object);
  if (annotations.get('nginx.ingress.kubernetes.io/canary') === 'true') return undefined;
  // NGINX's controller merges a master, which has the host, with minions, which have the paths.
  if (annotations.has('nginx.org/mergeable-ingress-type')) return undefined;
  const hasOwnBalancer =
    /^gce(?:-internal)?$/.test(name) || (name === 'alb' && !annotations.has('alb.ingress.kubernetes.io/group.name'));
  return hasOwnBalancer ? undefined : `${name}\0${annotations.get('alb.ingress.kubernetes.io/group.name') ?? ''}`;
}

function routeKey({ host, urlPath, pathType }: RouteView): string {
  if (pathType === 'Exact') return `${host}\0=${urlPath}`;
  const path = pathType === 'Prefix' || urlPath === '/' ? urlPath.replace(/\/$/, '') : urlPath;
  return `${host}\0${path}`;
}

/** Two definitions of one Ingress: the later one replaces the first. */
function isSame(first: ManifestObject, second: ManifestObject): boolean {
  return (
    first === second || (first.name === second.name && first.name !== '' && namespaceOf(first) === namespaceOf(second))
  );
}

/** Whether one controller may have to choose between the two. */
function isRival(first: ManifestObject, second: ManifestObject): boolean {
  return !isSame(first, second) && shareEntryPoint(first, second);
}

/** Whether Traefik takes requests for both at one entry point; without the annotation, at each that is a default. */
function shareEntryPoint(...ingresses: readonly [ManifestObject, ManifestObject]): boolean {
  const [first, second] = ingresses.map((ingress) =>
    annotationsOf(ingress)
      .get('traefik.ingress.kubernetes.io/router.entrypoints')
      ?.split(',')
      .map((name) => name.trim()),
  );
  return first === undefined || second === undefined || first.some((name) => second.includes(name));
}

/** One message for all routes of a pair of Ingresses. */
function describe(routes: readonly RouteView[], first: ManifestObject, isCertain: boolean): string {
  const { host, urlPath } = routes[0] ?? { host: '', urlPath: '' };
  const where = host === '' ? 'every host' : `host ${quote(host)}`;
  const others = routes.length - 1;
  const more = others === 0 ? '' : ` and ${others} other ${others === 1 ? 'route' : 'routes'} of this Ingress`;
  const what = `${describeObject(first)} at ${placeOf(first)} already routes ${where} with path ${quote(urlPath || '/')}${more}`;
  const joint = isCertain ? ', and' : '; if one cluster gets both,';
  const remedy = others === 0 ? 'keep the route in one Ingress' : 'keep the routes in one Ingress';
  return `${what}${joint} which of the two gets the requests is up to the controller; ${remedy}.`;
}
