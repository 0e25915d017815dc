import { backendAnswer, type BackendAnswer } from '../../explain/manifests/backend-answer.js';
import { plain } from '../../explain/words/plain.js';
import { chooseRoute, httpRoutes, type HttpRoute } from '../../targets/ingress-routes.js';
import type { BesideDifference, BesideSide } from './types.js';
import { joinWords } from '../../diagnostics/words.js';

/** Where one side sends requests for a host and path: to one backend, or to several by weight. */
interface Led {
  readonly backends: readonly { readonly answer: BackendAnswer; readonly weight: number }[];
}

/** Hosts and paths of Ingresses and HTTPRoutes that lead elsewhere, or nowhere. */
export function routeDifferences(before: BesideSide, after: BesideSide): BesideDifference[] {
  const [was, is] = [httpRoutes(before.directory.objects), httpRoutes(after.directory.objects)];
  const asked = new Map(
    [...was, ...is].map((route) => [`${route.host} ${route.pathType} ${route.path} ${conditionsOf(route)}`, route]),
  );
  return [...asked.values()].flatMap((route) => {
    const [one, other] = [ledBy(was, route, before), ledBy(is, route, after)];
    return changeOf(one, other, wordsOf(route)) ?? [];
  });
}

/** Rules with conditions are compared with rules that have the same conditions. */
function ledBy(routes: readonly HttpRoute[], asked: HttpRoute, { cluster }: BesideSide): Led | undefined {
  const { host, path, pathType } = asked;
  // A sample host for a rule for any host or a wildcard; a sample path for a default rule.
  const sample = host === '' ? 'any-host.invalid' : host.replace(/^\*\./, 'any.');
  const choice = chooseRoute(
    routes.filter((route) => conditionsOf(route) === conditionsOf(asked)),
    { host: sample.toLowerCase(), path: pathType === 'default' ? '/any-path' : path, query: new Map() },
  );
  if (choice === undefined) return undefined;
  return {
    backends: choice.routes.map(({ backend, weight }) => ({ answer: backendAnswer(backend, cluster), weight })),
  };
}

function conditionsOf({ conditions }: HttpRoute): string {
  return conditions.map(({ words }) => words).join(' and ');
}

function wordsOf(route: HttpRoute): string {
  const { host, path, pathType } = route;
  const at = host === '' ? 'any host' : plain(host);
  const conditions = conditionsOf(route);
  const requests =
    pathType === 'default' ? 'requests that match no rule' : `${at}${path === '/' && host === '' ? '' : plain(path)}`;
  return conditions === '' ? requests : `${requests} with ${plain(conditions)}`;
}

function changeOf(was: Led | undefined, is: Led | undefined, asked: string): BesideDifference | undefined {
  const change = (severity: BesideDifference['severity'], sentence: string): BesideDifference => ({
    kind: 'route',
    service: (is ?? was)?.backends[0]?.answer.service ?? '',
    severity,
    sentence,
  });
  if (was === undefined)
    return is && change('starts', `Requests for ${asked} now go to ${backendWords(is)}${faultWords(is)}`);
  if (is === undefined)
    return change('stops', `No Ingress or HTTPRoute matches ${asked} any more (before: ${backendWords(was)})`);
  const [before, after] = [backendWords(was), backendWords(is)];
  if (before !== after) {
    const words = `Requests for ${asked} go to ${after}${faultWords(is)} (before: ${before}${faultWords(was)})`;
    return change(severityOf(was, is), words);
  }
  // Changes of the same port's endpoints are reported for the Service.
  if (portsOf(was) === portsOf(is)) return undefined;
  return change(severityOf(was, is), `Requests for ${asked} still go to ${after}${faultWords(is)}`);
}

function portsOf({ backends }: Led): string {
  return backends.map(({ answer }) => answer.hasPort).join();
}

/** The severity depends on which of the backends answer. */
function severityOf(was: Led, is: Led): BesideDifference['severity'] {
  const failing = ({ backends }: Led): number =>
    backends.filter(({ answer: { fault } }) => fault !== undefined).length / backends.length;
  return failing(is) > failing(was) ? 'stops' : failing(is) < failing(was) ? 'starts' : 'changes';
}

function backendWords({ backends }: Led): string {
  const all = backends.reduce((sum, { weight }) => sum + weight, 0);
  const words = backends.map(({ answer: { service, port }, weight }) => {
    const name = `Service ${plain(service)}${port === '' ? '' : `:${plain(port)}`}`;
    return backends.length === 1 ? name : `${name} (${weight} of ${all})`;
  });
  return joinWords(words);
}

function faultWords({ backends }: Led): string {
  const faults = backends.flatMap(({ answer: { fault } }) => fault ?? []);
  return faults.length === 0 ? '' : `, but ${joinWords([...new Set(faults)])}`;
}
