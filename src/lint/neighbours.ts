import type { ServiceView } from './model/service.js';
import type { WorkloadView } from './model/workload.js';
import { areAlternatives, type Unit } from './units.js';

/** What stands beside a unit in the set: what it does not have itself may come from there. */
export interface Neighbours {
  service(namespace: string, name: string): ServiceView | undefined;
  select(namespace: string, selector: ReadonlyMap<string, string>): readonly WorkloadView[];
}

/** The neighbours of one unit: the first other unit that has what is asked for and is no alternative of it. */
export class OtherUnits implements Neighbours {
  #found: readonly Neighbours[] | undefined;

  constructor(
    private readonly unit: Unit,
    private readonly contexts: ReadonlyMap<Unit, Neighbours>,
  ) {}

  /** Which units are neighbours is asked for by those that look for something in vain, which most do not. */
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
}
