import { groupBy } from '../diagnostics/groups.js';
import { memoized } from '../diagnostics/memoized.js';
import type { LintContext, Neighbours, Release } from './context.js';
import { backendsOf, backendSources } from './model/backends.js';
import { WorkloadIndex } from './model/selector.js';
import type { ServiceView } from './model/service.js';
import type { WorkloadView } from './model/workload.js';
import { areAlternatives, type Unit } from './units.js';

/** Something of a unit. */
interface Held<Item> {
  readonly unit: Unit;
  readonly item: Item;
}

/** What all units of a set hold, by what is asked for; each index is built on first use. */
export class UnitIndex {
  readonly #held: <Item>(itemsOf: (context: LintContext) => readonly Item[]) => Held<Item>[];
  #services: ReadonlyMap<string, readonly Held<ServiceView>[]> | undefined;
  #routes: ReadonlyMap<string, readonly Held<string>[]> | undefined;
  #workloads: WorkloadIndex | undefined;
  readonly #unitOf = new Map<WorkloadView, Unit>();
  readonly #byUnit = memoized((workloads: readonly WorkloadView[]) =>
    groupBy(workloads, (workload) => this.#unitOf.get(workload)),
  );

  constructor(
    contexts: ReadonlyMap<Unit, LintContext>,
    /** The releases of charts in the whole set. */
    readonly releases: readonly Release[],
  ) {
    this.#held = (itemsOf) =>
      [...contexts].flatMap(([unit, context]) => itemsOf(context).map((item) => ({ unit, item })));
  }

  /** The Services of that name, in the order of the units. */
  services(namespace: string, name: string): readonly Held<ServiceView>[] {
    this.#services ??= groupBy(
      this.#held(({ services }) => services),
      ({ item }) => `${item.namespace}\0${item.name}`,
    );
    return this.#services.get(`${namespace}\0${name}`) ?? [];
  }

  /** The Ingresses and routes that name the Service. */
  routes(namespace: string, service: string): readonly Held<string>[] {
    const namedBy = (context: LintContext): string[] =>
      backendSources(context).flatMap((source) => backendsOf(source).map((one) => `${one.namespace}\0${one.service}`));
    this.#routes ??= groupBy(this.#held(namedBy), ({ item }) => item);
    return this.#routes.get(`${namespace}\0${service}`) ?? [];
  }

  /** The workloads that a selector matches, by unit. */
  select(
    namespace: string,
    selector: ReadonlyMap<string, string>,
  ): ReadonlyMap<Unit | undefined, readonly WorkloadView[]> {
    this.#workloads ??= this.#indexWorkloads();
    return this.#byUnit(this.#workloads.select(namespace, selector));
  }

  #indexWorkloads(): WorkloadIndex {
    const held = this.#held(({ workloads }) => workloads);
    for (const { unit, item } of held) this.#unitOf.set(item, unit);
    return new WorkloadIndex(held.map(({ item }) => item));
  }
}

/** The neighbours of one unit: the first other unit that has the requested object and is not an alternative. */
export class OtherUnits implements Neighbours {
  constructor(
    private readonly unit: Unit,
    private readonly index: UnitIndex,
  ) {}

  get releases(): readonly Release[] {
    return this.index.releases;
  }

  service(namespace: string, name: string): ServiceView | undefined {
    return this.index.services(namespace, name).find(({ unit }) => this.#isOther(unit))?.item;
  }

  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[] {
    for (const [unit, workloads] of this.index.select(namespace, selector)) if (this.#isOther(unit)) return workloads;
    return [];
  }

  isRouted(namespace: string, service: string): boolean {
    return this.index.routes(namespace, service).some(({ unit }) => this.#isOther(unit));
  }

  #isOther(other: Unit | undefined): boolean {
    return other !== undefined && other !== this.unit && !areAlternatives(other, this.unit);
  }
}
