import { append } from '../../diagnostics/extremes.js';
import type { ManifestObject } from '../../manifests/types.js';
import { memoized } from '../../diagnostics/memoized.js';
import type { LintContext, Release } from '../context.js';
import { labelsAt, listAt, mapAt } from '../values.js';
import { chartRelease } from './charts.js';
import { labelMapsIn, type Labels } from './label-maps.js';
import { isOwnKind } from './names.js';
import { matches } from './selector.js';
import { isWorkload } from './workload.js';
import { groupOf, isObject, namespaceOf, valueAt } from '../../manifests/values.js';
import { entryOf } from '../../diagnostics/groups.js';

/** Groups of custom resources that only configure something and create neither Pods nor Services. */
const configuringGroups = [
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'cert-manager.io',
  'traefik.io',
  'traefik.containo.us',
  'projectcontour.io',
  'external-secrets.io',
  'bitnami.com',
  'kyverno.io',
  'cilium.io',
  'projectcalico.org',
  'metallb.io',
  'keda.sh',
  'gateway.envoyproxy.io',
  'getambassador.io',
  'configuration.konghq.com',
  'k8s.nginx.org',
  'source.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'kustomize.config.k8s.io',
];
const configuringKinds = [
  'ServiceMonitor',
  'PodMonitor',
  'PrometheusRule',
  'Probe',
  'ScrapeConfig',
  'AlertmanagerConfig',
  'Application',
  'ApplicationSet',
  'AppProject',
];

/**
 * Names of Services that programs make without a resource of that name: authentik's outposts, cert-manager's solvers of
 * challenges, the Prometheus operator's governing Services.
 */
const usualNames = [
  /^ak-outpost-/,
  /^cm-acme-http-solver-/,
  /^(?:prometheus|prometheus-agent|alertmanager|thanos-ruler)-operated$/,
];

/** What the custom resources of a namespace may create. */
interface Makings {
  readonly groups: Set<string>;
  readonly templates: Labels[];
}

/** Custom resources with operators that may create Pods and Services not in the manifests. A Gateway is one of them. */
export class OperatorIndex {
  readonly #byNamespace = new Map<string, Makings>();
  readonly #names = new Set<string>();
  readonly #releases: ReadonlySet<string>;
  /** Pod labels in bundles: the Operator Lifecycle Manager creates their Deployments, in any namespace. */
  readonly #bundled: Labels[] = [];

  constructor({ objects, releases }: Pick<LintContext, 'objects' | 'releases'>) {
    this.#releases = releaseNames(releases);
    for (const resource of objects) {
      if (resource.kind === 'ClusterServiceVersion') append(this.#bundled, labelMapsIn(resource.value.spec));
      const release = chartRelease(resource);
      if (release !== undefined) this.#names.add(`${release.namespace}\0${release.name}`);
      const sidecar = daprService(resource);
      if (sidecar !== undefined) this.#names.add(`${namespaceOf(resource)}\0${sidecar}`);
      if (mayMakePods(resource)) this.#add(resource, namespaceOf(resource));
      else if (!isOwnKind(resource) && !isWorkload(resource)) this.#addTemplate(resource, namespaceOf(resource));
    }
  }

  /** A removed kind (PetSet) or a custom kind may have created Pods from a template. */
  #addTemplate(resource: ManifestObject, namespace: string): void {
    const labels = labelsAt(resource, ['spec', 'template', 'metadata', 'labels']);
    if (labels.size > 0) this.#makingsIn(namespace).templates.push(labels);
  }

  #makingsIn(namespace: string): Makings {
    return entryOf(this.#byNamespace, namespace, () => ({ groups: new Set(), templates: [] }));
  }

  #add(resource: ManifestObject, namespace: string): void {
    const makings = this.#makingsIn(namespace);
    makings.groups.add(groupOf(resource.apiVersion));
    append(makings.templates, labelMapsIn(resource.value.spec));
    if (resource.name !== '') this.#names.add(`${namespace}\0${resource.name}`);
  }

  /**
   * Whether the Pods of a selector may come from a custom resource in the namespace: its spec contains these labels,
   * the selector contains its name, or a label's key belongs to its group.
   */
  mayMakePods(namespace: string, selector: Labels): boolean {
    if (this.#bundled.some((labels) => matches(selector, labels))) return true;
    const makings = this.#byNamespace.get(namespace);
    if (makings === undefined) return false;
    return (
      [...selector.values()].some((value) => this.#isNamed(namespace, value)) ||
      makings.templates.some((labels) => matches(selector, labels)) ||
      [...makings.groups].some((group) => ownsKey(group, selector))
    );
  }

  /**
   * Whether a Service with that name may come from a custom resource: operators derive names from that of the resource.
   */
  mayMakeService(namespace: string, name: string): boolean {
    // The API server makes this one, in every cluster.
    if (namespace === 'default' && name === 'kubernetes') return true;
    if (usualNames.some((pattern) => pattern.test(name))) return true;
    for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
      if (this.#isNamed(namespace, name.slice(0, end))) return true;
    }
    return false;
  }

  #isNamed(namespace: string, name: string): boolean {
    return this.#names.has(`${namespace}\0${name}`) || this.#releases.has(`${namespace}\0${name}`);
  }
}

/** All units of a set share one list of releases. */
const releaseNames = memoized(
  (releases: readonly Release[]): ReadonlySet<string> =>
    new Set(releases.map(({ namespace, name }) => `${namespace}\0${name}`)),
);

/** The Service that Dapr's operator makes for a workload with its sidecar. */
function daprService({ value }: ManifestObject): string | undefined {
  const annotations = mapAt(value, 'spec', 'template', 'metadata', 'annotations');
  const id = annotations?.['dapr.io/app-id'] ?? annotations?.['dapr.io/id'];
  return typeof id === 'string' ? `${id}-dapr` : undefined;
}

function mayMakePods(object: ManifestObject): boolean {
  const group = groupOf(object.apiVersion);
  if (isWorkload(object)) return false;
  if (isGateway(object)) return true;
  if (!group.includes('.') || (group.endsWith('.k8s.io') && !group.endsWith('.x-k8s.io'))) return false;
  return !configuringKinds.includes(object.kind) && !configuringGroups.includes(group);
}

/** A controller creates a Deployment and a Service `NAME-CLASS` for a Gateway. */
function isGateway({ kind, apiVersion }: ManifestObject): boolean {
  return kind === 'Gateway' && groupOf(apiVersion) === 'gateway.networking.k8s.io';
}

/**
 * `strimzi.io/cluster` belongs to `kafka.strimzi.io`, `common.k8s.elastic.co/type` to groups related to
 * `k8s.elastic.co`.
 */
function ownsKey(group: string, selector: Labels): boolean {
  const parent = group.slice(group.indexOf('.') + 1);
  return [...selector.keys()].some((key) => {
    const domain = domainOf(key);
    return (
      domain !== undefined &&
      (domain === group ||
        group.endsWith(`.${domain}`) ||
        domain.endsWith(`.${group}`) ||
        (parent.includes('.') && (domain === parent || domain.endsWith(`.${parent}`))))
    );
  });
}

/**
 * The domain of a label's key, unless it is Kubernetes' own; domains below `k8s.io` belong to projects with operators.
 */
export function domainOf(key: string): string | undefined {
  const slash = key.indexOf('/');
  const domain = key.slice(0, Math.max(slash, 0));
  return domain === '' || domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io') || domain === 'k8s.io'
    ? undefined
    : domain;
}

/** The labels that kustomizations of the set add to selectors and templates; manifests do not show them on Pods. */
export function kustomizeLabels(objects: readonly ManifestObject[]): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const object of objects) {
    if (groupOf(object.apiVersion) !== 'kustomize.config.k8s.io') continue;
    const maps = [
      mapAt(object.value, 'commonLabels'),
      ...listAt(object.value, 'labels').map((entry) => valueAt(entry, 'pairs')),
    ];
    for (const map of maps) {
      if (isObject(map))
        for (const [key, value] of Object.entries(map)) if (typeof value === 'string') pairs.add(`${key}\0${value}`);
    }
  }
  return pairs;
}
