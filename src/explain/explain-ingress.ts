/**
 * Explains an Ingress or HTTPRoute, or a URL, down to the Pods: class, controller, certificate, route, Service,
 * endpoints.
 */
import { nearest } from '../diagnostics/nearest.js';
import { classOf } from '../lint/model/ingress.js';
import { viewWorkload, workloadKinds } from '../lint/model/workload.js';
import { listAt, textAt } from '../lint/values.js';
import type { ManifestObject } from '../manifests/types.js';
import {
  chooseRoute,
  httpRoutes,
  routeSourceWords,
  type HttpRoute,
  type RouteChoice,
} from '../targets/ingress-routes.js';
import type { IngressWanted } from '../targets/ingress-name.js';
import type { Directory } from '../targets/directory.js';
import { backendAnswer } from './manifests/backend-answer.js';
import { placeOf } from './manifests/place.js';
import type { ExplainedRoute, IngressExplanation, Reason } from './types.js';
import { plain } from './words/plain.js';
import { namespaceOf } from '../manifests/values.js';
import { joinWords, someOf } from '../diagnostics/words.js';

/** The explanation; undefined if nothing has that name, or no route matches that URL. */
export function explainIngress(directory: Directory, wanted: IngressWanted): IngressExplanation | undefined {
  const all = httpRoutes(directory.objects);
  const choice = wanted.kind === 'url' ? chooseRoute(all, wanted) : undefined;
  const routes = wanted.kind === 'object' ? all.filter((route) => isNamed(route, wanted)) : (choice?.routes ?? []);
  const sources = [...new Set(routes.map(({ source }) => source))];
  const [source, second] = sources;
  if (source === undefined || (second !== undefined && wanted.kind === 'object' && wanted.namespace === undefined))
    return undefined;
  const explained = routes.map((route) => explainRoute(route, directory));
  const elsewhere = choice === undefined ? [] : otherwise(choice);
  return {
    kind: 'ingress',
    name: wanted.kind === 'url' ? wanted.url : `${source.kind} ${namespaceOf(source)}/${source.name}`,
    ...placeOf(source, []),
    about: [
      ...(choice === undefined ? [] : choiceWords(choice)),
      ...elsewhere,
      ...classWords(source, directory),
      'most controllers connect to the endpoints of a Service directly, without its cluster IP, session affinity and traffic policies',
    ],
    problems: [...tlsProblems(source, wanted, directory), ...explained.flatMap(({ problems }) => problems)],
    routes: explained.map(({ route }) => route),
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
  };
}

/** Why there is no explanation: a clause with the most similar name. */
export function missingIngress(directory: Directory, wanted: IngressWanted): string {
  const all = httpRoutes(directory.objects);
  if (wanted.kind === 'url') {
    const hosts = [...new Set(all.map(({ host }) => host || 'any host'))];
    return `no Ingress or HTTPRoute of the inputs matches ${plain(wanted.url)}; ${
      hosts.length === 0 ? 'there are none' : `there are rules for ${someOf(hosts, 5, plain)}`
    }`;
  }
  const names = [...new Set(all.map(({ source }) => `${namespaceOf(source)}/${source.name}`))];
  const others = names.filter((name) => name.endsWith(`/${wanted.name}`));
  if (wanted.namespace === undefined && others.length > 1)
    return `several have the name ${plain(wanted.name)}: ${someOf(others, 5)} (choose with -n NAMESPACE)`;
  const whole = wanted.namespace === undefined ? wanted.name : `${wanted.namespace}/${wanted.name}`;
  const near = nearest(whole, names);
  const hint =
    others.length > 0
      ? `; of that name there is ${someOf(others, 3)} (choose with -n NAMESPACE)`
      : near === undefined
        ? ''
        : `; did you mean ${plain(near)}?`;
  return `there is no Ingress or HTTPRoute ${plain(whole)} with a Service as backend${hint}`;
}

function isNamed({ source }: HttpRoute, { namespace, name }: IngressWanted & { readonly kind: 'object' }): boolean {
  return source.name === name && (namespace === undefined || namespaceOf(source) === namespace);
}

/** Which rule matches a request, and how it distributes requests. */
function choiceWords({ routes, isMet }: RouteChoice): string[] {
  const [first] = routes;
  if (first === undefined) return [];
  const taker = routeSourceWords(first);
  const conditions = first.conditions.map(({ words }) => words);
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  const shares = routes.map(({ backend, weight }) => `${backend.namespace}/${backend.service} ${weight}/${sum}`);
  return [
    isMet
      ? `${taker} matches it`
      : `${taker} matches it only with ${joinWords(conditions.map((words) => plain(words)))}`,
    ...(isMet && conditions.length > 0
      ? [`its rule requires ${joinWords(conditions.map((words) => plain(words)))}`]
      : []),
    ...(routes.length > 1 ? [`its rule distributes requests by weight: ${someOf(shares, 5, plain)}`] : []),
  ];
}

/** How many rules with conditions are listed besides the one that matches. */
const mostOthers = 5;

/** Where the request would go if it met the conditions of other rules. */
function otherwise({ others }: RouteChoice): string[] {
  return others.slice(0, mostOthers).map((route) => {
    const conditions = joinWords(route.conditions.map(({ words }) => plain(words)));
    const service = plain(`${route.backend.namespace}/${route.backend.service}`);
    return `assumed: a GET without extra headers; with ${conditions}, ${routeSourceWords(route)} sends it to Service ${service} instead`;
  });
}

/** Its class, whether an IngressClass with that name exists, and the workload that is probably its controller. */
function classWords(source: ManifestObject, { objects }: Directory): string[] {
  const controller = controllerOf(source, objects);
  const looks =
    controller === undefined
      ? 'no workload of the inputs looks like its controller'
      : `${controller.kind} ${controller.namespace}/${controller.name} looks like its controller`;
  if (source.kind !== 'Ingress') {
    const gateways = listAt(source.value, 'spec', 'parentRefs').map((parent) => textAt(parent, 'name'));
    return [
      `it is attached to ${gateways.length === 0 ? 'no Gateway' : `Gateway ${joinWords(gateways.map((name) => plain(name)))}`}`,
      looks,
    ];
  }
  const name = classOf(source);
  const own = ingressClassOf(source, objects);
  const named = `its class is ${plain(name)}`;
  return [
    name === ''
      ? `it has no class${own === undefined ? ': it is served only by a controller that accepts such Ingresses, or by a default class' : `; the default is ${plain(own.name)}`}`
      : own === undefined
        ? `${named}, but the inputs contain no IngressClass of that name`
        : `${named} (controller ${plain(textAt(own.value, 'spec', 'controller'))})`,
    looks,
  ];
}

/** The IngressClass that it names; if it names none, the default one. */
function ingressClassOf(source: ManifestObject, objects: readonly ManifestObject[]): ManifestObject | undefined {
  const classes = objects.filter(
    ({ kind, apiVersion }) => kind === 'IngressClass' && apiVersion.startsWith('networking.k8s.io/'),
  );
  const name = classOf(source);
  if (name !== '') return classes.find((one) => one.name === name);
  return classes.find(
    (one) => textAt(one.value, 'metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class') === 'true',
  );
}

/** A workload that is probably the controller of an Ingress or HTTPRoute, recognised by its images. */
interface Controller {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** By the image of a container, and the word that it shares with the class or controller. */
export function controllerOf(source: ManifestObject, objects: readonly ManifestObject[]): Controller | undefined {
  const words = source.kind === 'Ingress' ? ingressClassWords(source, objects) : gatewayClassWords(source, objects);
  const wanted = families.filter((family) => words.includes(family));
  for (const object of objects.filter(({ kind }) => workloadKinds.includes(kind))) {
    const workload = viewWorkload(object);
    const images = workload?.containers.map(({ value }) => textAt(value, 'image')) ?? [];
    const isOne = images.some((image) =>
      wanted.some((family) => image.includes(family) && (family !== 'nginx' || image.includes('ingress'))),
    );
    if (isOne) return { kind: object.kind, namespace: namespaceOf(object), name: object.name };
  }
  return undefined;
}

const families = ['nginx', 'traefik', 'haproxy', 'kong', 'contour', 'envoy', 'istio', 'ambassador'];

function ingressClassWords(source: ManifestObject, objects: readonly ManifestObject[]): string {
  const own = ingressClassOf(source, objects);
  return `${classOf(source)} ${own?.name ?? ''} ${own === undefined ? '' : textAt(own.value, 'spec', 'controller')}`;
}

function gatewayClassWords(source: ManifestObject, objects: readonly ManifestObject[]): string {
  const parents = listAt(source.value, 'spec', 'parentRefs').map((parent) => textAt(parent, 'name'));
  const named = (kind: string, names: readonly string[]): readonly ManifestObject[] =>
    objects.filter((one) => one.kind === kind && names.includes(one.name));
  const classes = named('Gateway', parents).map(({ value }) => textAt(value, 'spec', 'gatewayClassName'));
  const controllers = named('GatewayClass', classes).map(({ value }) => textAt(value, 'spec', 'controllerName'));
  return [...classes, ...controllers].join(' ');
}

/** Missing certificates: controllers then use one of their own, which browsers reject. */
function tlsProblems(source: ManifestObject, wanted: IngressWanted, { objects }: Directory): Reason[] {
  const entries = source.kind === 'Ingress' ? listAt(source.value, 'spec', 'tls') : [];
  const hosts = entries.flatMap((entry) => listAt(entry, 'hosts'));
  const uncovered =
    wanted.kind === 'url' &&
    wanted.isTls &&
    source.kind === 'Ingress' &&
    !hosts.includes(wanted.host) &&
    hosts.every((host) => typeof host !== 'string' || !host.startsWith('*.'))
      ? [
          {
            message: `spec.tls has no entry for ${plain(wanted.host)}: https gets the controller's own certificate`,
            ...placeOf(source, ['spec']),
          },
        ]
      : [];
  const secrets = objects.filter(({ kind, apiVersion }) => kind === 'Secret' && apiVersion === 'v1');
  const missing = entries.flatMap((entry, index): Reason[] => {
    const name = textAt(entry, 'secretName');
    if (name === '') return [];
    const secret = secrets.find((one) => one.name === name && namespaceOf(one) === namespaceOf(source));
    const place = placeOf(source, ['spec', 'tls', index, 'secretName']);
    if (secret === undefined)
      return [
        {
          message: `the Secret ${namespaceOf(source)}/${plain(name)} of its certificate is not in the inputs`,
          ...place,
        },
      ];
    const type = textAt(secret.value, 'type');
    return type === 'kubernetes.io/tls' || type === ''
      ? []
      : [{ message: `the Secret ${plain(name)} is of type ${plain(type)}, not kubernetes.io/tls`, ...place }];
  });
  return [...uncovered, ...missing];
}

function explainRoute(route: HttpRoute, directory: Directory): { route: ExplainedRoute; problems: Reason[] } {
  const { backend, source, host, path, pathType } = route;
  const { service, port, endpoints, fault } = backendAnswer(backend, directory.cluster);
  return {
    route: {
      from: routeSourceWords(route),
      host: host || '*',
      path: path || '(requests that match no rule)',
      pathType,
      ...(route.conditions.length === 0 ? {} : { conditions: route.conditions.map(({ words }) => words) }),
      service,
      port,
      endpoints,
    },
    problems: fault === undefined ? [] : [{ message: fault, ...placeOf(source, backend.namePath) }],
  };
}
