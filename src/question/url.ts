/**
 * `--to https://HOST/PATH` and `--to ingress/NAME`: the destination of an Ingress or HTTPRoute, a Pod of its Service.
 */
import { quote } from '../diagnostics/quote.js';
import { UsageError } from '../diagnostics/usage-error.js';
import { controllerOf, explainIngress, missingIngress } from '../explain/explain-ingress.js';
import type { ExplainedRoute, IngressExplanation } from '../explain/types.js';
import type { Directory } from '../targets/directory.js';
import { findName } from '../targets/find.js';
import { chooseRoute, httpRoutes } from '../targets/ingress-routes.js';
import { readIngress, type IngressWanted } from '../targets/ingress-name.js';
import { namespaceOf } from '../manifests/values.js';
import { kindOfWord } from '../targets/kinds.js';
import { readName } from '../targets/read-name.js';
import type { Found, Scope } from '../targets/types.js';
import { wantedFamilies, type Target } from './target.js';
import type { PacketWords } from './words.js';

/**
 * The first endpoint behind an Ingress, because most controllers connect to endpoints directly. Undefined if the text
 * names no Ingress: `ingress/nginx` may be a Service in the namespace ingress. Throws UsageError if the Ingress has no
 * endpoint.
 */
export function ingressTarget(
  text: string,
  directory: Directory,
  said: PacketWords,
  assumed: string[],
): Target | undefined {
  const wanted = readIngress(text, said.scope);
  const explained = wanted === undefined ? undefined : explainIngress(directory, wanted);
  if (wanted === undefined || (explained === undefined && isService(text, directory, said.scope))) return undefined;
  const route = explained === undefined ? undefined : firstServed(explained, said);
  if (explained === undefined || route === undefined)
    throw new UsageError(`--to: ${missingIngress(directory, wanted)}`);
  const places = placesOf(route, said);
  const [place] = places;
  if (place === undefined)
    throw new UsageError(
      `--to: ${route.from} sends it to Service ${route.service}, which has no address there: ` +
        (explained.problems.map(({ message }) => message).join('; ') || 'its endpoints are on other hosts'),
    );
  assumed.push(
    `${route.from} sends it (host ${route.host}, path ${route.path}) to Service ${route.service}, port ${route.port}; ` +
      `most controllers connect to its endpoints directly; this is the first of ${places.length}`,
  );
  const conditions = route.conditions ?? [];
  if (conditions.length > 0) assumed.push(`the request has ${conditions.join(' and ')}, which that route requires`);
  if (explained.routes.length > 1) assumed.push(otherRoutes(explained, wanted));
  for (const sentence of explained.elsewhere ?? []) assumed.push(sentence);
  return { address: place.address, port: place.port, protocol: 'tcp', servicePort: undefined };
}

function isService(text: string, directory: Directory, scope: Scope): boolean {
  const read = readName(text);
  return read !== undefined && findName(read, directory, scope).found !== undefined;
}

/** The first of several routes that leads to a Pod; if there is none, the first route. */
function firstServed({ routes }: IngressExplanation, said: PacketWords): ExplainedRoute | undefined {
  return routes.find((route) => placesOf(route, said).length > 0) ?? routes[0];
}

function placesOf({ endpoints }: ExplainedRoute, said: PacketWords) {
  const families = wantedFamilies(said);
  return endpoints.flatMap((text) => {
    const read = readName(text);
    return read?.kind === 'address' && families.includes(read.address.family) ? [read] : [];
  });
}

function otherRoutes({ routes }: IngressExplanation, wanted: IngressWanted): string {
  return wanted.kind === 'url'
    ? `it is one of ${routes.length} backends that get requests by weight`
    : `it is the first of ${routes.length} routes (--to https://HOST/PATH chooses another)`;
}

/** The Pods of the controller that serves an Ingress or a URL, which are the real clients; undefined if unknown. */
export function controllerBehind(text: string, directory: Directory, scope: Scope): Found | undefined {
  const wanted = readIngress(text, scope);
  if (wanted === undefined) return undefined;
  const routes = httpRoutes(directory.objects);
  const route =
    wanted.kind === 'url'
      ? chooseRoute(routes, wanted)?.routes[0]
      : routes.find(
          ({ source }) =>
            source.name === wanted.name && (wanted.namespace === undefined || namespaceOf(source) === wanted.namespace),
        );
  const controller = route === undefined ? undefined : controllerOf(route.source, directory.objects);
  const objectKind = controller === undefined ? undefined : kindOfWord(controller.kind);
  if (controller === undefined || objectKind === undefined) return undefined;
  const { namespace, name } = controller;
  const [found] =
    findName({ kind: 'object', objectKind, namespace, name, port: undefined }, directory, scope).found ?? [];
  return found?.kind === 'pods' ? { ...found, words: `${found.words}, the controller of ${quote(text)},` } : undefined;
}
