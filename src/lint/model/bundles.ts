import type { ManifestObject } from '../../manifests/types.js';
import { labelMapsIn, type Labels } from './label-maps.js';
import { folderOfObject } from './folders.js';
import { matches } from './selector.js';
import type { ServiceView } from './service.js';

/**
 * Bundles of the Operator Lifecycle Manager: a ClusterServiceVersion has the Deployments of an operator in its spec, and
 * the files beside it have the operator's Services.
 */
export class Bundles {
  readonly #labels = new Map<string, readonly Labels[]>();

  constructor(objects: readonly ManifestObject[]) {
    for (const object of objects) {
      if (object.kind !== 'ClusterServiceVersion') continue;
      const folder = folderOfObject(object);
      this.#labels.set(folder, [...(this.#labels.get(folder) ?? []), ...labelMapsIn(object.value.spec)]);
    }
  }

  /** Whether the Pods of a Service are those of a Deployment in the bundle of its folder. */
  makePodsOf({ object, selector }: ServiceView): boolean {
    if (selector === undefined || this.#labels.size === 0) return false;
    return this.#labels.get(folderOfObject(object))?.some((labels) => matches(selector, labels)) === true;
  }
}
