import type { Path } from '../diagnostics/finding.js';
import type { Family, Prefix } from '../net/address.js';
import type { KubernetesVersion } from '../cluster/version.js';
import type { ManifestObject, SourceText } from '../manifests/types.js';
import { backendsOf, backendSources } from './model/backends.js';
import { groupBy } from '../diagnostics/groups.js';
import { isOwnKind } from './model/names.js';
import { withoutOwned } from './model/owners.js';
import { WorkloadIndex } from './model/selector.js';
import { Surroundings } from './model/surroundings.js';
import { viewService, type ServiceView } from './model/service.js';
import { UnreadDocuments, type Reading } from './model/unread.js';
import { isWorkload, viewWorkload, type WorkloadView } from './model/workload.js';
import { textAt } from './values.js';
import { Refusals } from './refusals.js';

/** Facts about the cluster that manifests do not contain; from the command line or `kubechains.yaml`. */
export interface ClusterFacts {
  readonly version: KubernetesVersion;
  /** `--service-cidr`; empty if not given. */
  readonly serviceCIDRs: readonly Prefix[];
  /** `--service-node-port-range`, inclusive. */
  readonly nodePortRange: { readonly from: number; readonly to: number };
  readonly families?: readonly Family[];
}

/** The other units of a set, which may contain objects that a unit lacks. */
export interface Neighbours {
  service(namespace: string, name: string): ServiceView | undefined;
  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[];
  isRouted(namespace: string, service: string): boolean;
  /** The releases of charts in the whole set. */
  readonly releases: readonly Release[];
}

/** A release of a chart that some object of a set installs. */
export interface Release {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The input of rules: the objects by kind, in reading order, and indexes, each built on first use. Values are as
 * written (without defaults) and may have any shape, so rules read them through the views of `model/` and the helpers
 * of `values.ts`. When comparing namespaces, `''` means `default`; the views already apply this.
 */
export interface LintContext {
  readonly facts: ClusterFacts;
  readonly objects: readonly ManifestObject[];
  /** Objects of one kind in Kubernetes' own groups (`Service` of `v1`, never of `serving.knative.dev`). */
  ofKind(kind: string): readonly ManifestObject[];
  readonly services: readonly ServiceView[];
  /** The first Service with that name; if the unit has none, one of a neighbouring unit. */
  service(namespace: string, name: string): ServiceView | undefined;
  servicesIn(namespace: string): readonly ServiceView[];
  /** Pods and Pod templates, without those with their controller in the set, and without those of `helm test`. */
  readonly workloads: readonly WorkloadView[];
  /** All Pods and Pod templates, including owned ones: for rules about single objects. */
  readonly allWorkloads: readonly WorkloadView[];
  workloadsIn(namespace: string): readonly WorkloadView[];
  /** The workloads that a Service's selector matches, including labels that controllers add. */
  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[];
  /**
   * Whether the value at the path is known to be invalid: there is an error of `yaml/`, `schema/` or `api/` at the
   * path, above or below it, or the value is missing because its field is misspelt. Available to the categories after
   * `api`. Problems at or below an invalid value are always dropped.
   */
  isRefused(object: ManifestObject, path: Path): boolean;
  /** Whether an Ingress or a route of the Gateway API, also one of a neighbouring unit, names the Service. */
  isRouted(namespace: string, service: string): boolean;
  /** The releases of charts that other units of the set install. */
  readonly releases: readonly Release[];
  /** Which objects of the set are applied together. */
  readonly surroundings: Surroundings;
  /** The documents of the set that could not be read. */
  readonly unread: UnreadDocuments;
  /** Every text of the set, also those without objects; none if the set was not read from text. */
  readonly sources: readonly SourceText[];
}

/**
 * Creates the context; the run fills `refusals` as it proceeds. `neighbours`: other units that may contain missing
 * Services and Pods.
 */
export function createContext(
  set: Reading,
  facts: ClusterFacts,
  refusals: Refusals = new Refusals(),
  neighbours?: Neighbours,
): LintContext {
  return new IndexedContext(set, facts, refusals, neighbours);
}

class IndexedContext implements LintContext {
  readonly #byKind: ReadonlyMap<string, readonly ManifestObject[]>;
  readonly #refusals: Refusals;
  #services: readonly ServiceView[] | undefined;
  #servicesByNamespace: ReadonlyMap<string, readonly ServiceView[]> | undefined;
  #servicesByName: ReadonlyMap<string, ServiceView> | undefined;
  #allWorkloads: readonly WorkloadView[] | undefined;
  #workloads: readonly WorkloadView[] | undefined;
  #workloadIndex: WorkloadIndex | undefined;
  #surroundings: Surroundings | undefined;
  #routed: ReadonlySet<string> | undefined;

  readonly objects: readonly ManifestObject[];
  readonly unread: UnreadDocuments;
  readonly sources: readonly SourceText[];

  constructor(
    set: Reading,
    readonly facts: ClusterFacts,
    refusals: Refusals,
    private readonly neighbours: Neighbours | undefined,
  ) {
    this.objects = set.objects;
    this.unread = new UnreadDocuments(set);
    this.sources = set.sources ?? [];
    this.#refusals = refusals;
    this.#byKind = groupBy(this.objects.filter(isOwnKind), (object) => object.kind);
  }

  ofKind(kind: string): readonly ManifestObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  get services(): readonly ServiceView[] {
    return (this.#services ??= this.ofKind('Service').map(viewService));
  }

  service(namespace: string, name: string): ServiceView | undefined {
    this.#servicesByName ??= new Map(
      this.services.toReversed().map((service) => [nameKey(service.namespace, service.name), service]),
    );
    return this.#servicesByName.get(nameKey(namespace, name)) ?? this.neighbours?.service(namespace, name);
  }

  servicesIn(namespace: string): readonly ServiceView[] {
    this.#servicesByNamespace ??= groupBy(this.services, (service) => service.namespace);
    return this.#servicesByNamespace.get(namespace) ?? [];
  }

  get allWorkloads(): readonly WorkloadView[] {
    return (this.#allWorkloads ??= this.objects.filter(isWorkload).flatMap((object) => viewWorkload(object) ?? []));
  }

  get workloads(): readonly WorkloadView[] {
    return (this.#workloads ??= withoutOwned(this.allWorkloads).filter((workload) => !isTestHook(workload)));
  }

  get #index(): WorkloadIndex {
    return (this.#workloadIndex ??= new WorkloadIndex(this.workloads));
  }

  workloadsIn(namespace: string): readonly WorkloadView[] {
    return this.#index.in(namespace);
  }

  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[] {
    const own = this.#index.select(namespace, selector);
    return own.length > 0 || this.neighbours === undefined ? own : this.neighbours.select(namespace, selector);
  }

  isRouted(namespace: string, service: string): boolean {
    this.#routed ??= new Set(
      backendSources(this)
        .flatMap((source) => backendsOf(source))
        .map((backend) => nameKey(backend.namespace, backend.service)),
    );
    return this.#routed.has(nameKey(namespace, service)) || this.neighbours?.isRouted(namespace, service) === true;
  }

  get releases(): readonly Release[] {
    return this.neighbours?.releases ?? [];
  }

  get surroundings(): Surroundings {
    return (this.#surroundings ??= new Surroundings(this.objects));
  }

  isRefused(object: ManifestObject, path: Path): boolean {
    return this.#refusals.touches(object, path);
  }
}

/** Whether only `helm test` runs it. Rendered charts without hooks keep the name that `helm create` gives the Pod. */
function isTestHook({ object, kind, name, podSpec }: WorkloadView): boolean {
  return (
    /\btest(?:-success|-failure)?\b/.test(textAt(object.value, 'metadata', 'annotations', 'helm.sh/hook')) ||
    (kind === 'Pod' && name.endsWith('-test-connection') && textAt(podSpec, 'restartPolicy') === 'Never')
  );
}

function nameKey(namespace: string, name: string): string {
  return `${namespace}\0${name}`;
}
