import type { ServiceView } from './model/service.js';
import type { WorkloadView } from './model/workload.js';
import { areAlternatives, type Unit } from './units.js';

/** The other units of a set, which may contain objects that a unit lacks. */
export interface Neighbours {
  service(namespace: string, name: string): ServiceView | undefined;
  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[];
  isRouted(namespace: string, service: string): boolean;
}

/** A release of a chart that some object of a set installs. */
export interface Release {
  readonly namespace: string;
  readonly name: string;
}

/** The neighbours of one unit: the first other unit that has the requested object and is not an alternative. */
export class OtherUnits implements Neighbours {
  #found: readonly Neighbours[] | undefined;

  constructor(
    private readonly unit: Unit,
    private readonly contexts: ReadonlyMap<Unit, Neighbours>,
    /** The releases of charts in the whole set. */
    readonly releases: readonly Release[],
  ) {}

  /** Computed only for a lookup that fails in the unit itself, which is rare. */
  get #others(): readonly Neighbours[] {
    return (this.#found ??= [...this.contexts].flatMap(([other, context]) =>
      other === this.unit || areAlternatives(other, this.unit) ? [] : [context],
    ));
  }

  service(namespace: string, name: string): ServiceView | undefined {
    for (const other of this.#others) {
      const found = other.service(namespace, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[] {
    for (const other of this.#others) {
      const found = other.select(namespace, selector);
      if (found.length > 0) return found;
    }
    return [];
  }
  isRouted(namespace: string, service: string): boolean {
    return this.#others.some((other) => other.isRouted(namespace, service));
  }
}
