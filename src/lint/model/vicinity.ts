import type { ManifestObject } from '../../manifests/types.js';

/** A set or a directory with more files than this may be a collection rather than one application. */
const collection = 20;

/** An object and the namespace it is created in. */
interface Placed {
  readonly object: ManifestObject;
  readonly namespace: string;
}

/**
 * Where the objects of some kind stand among the files. People lint collections of unrelated examples and repositories whose other half lives
 * elsewhere as one set; that an object of the default namespace is not there proves little then. It does where its neighbours are there.
 */
export class Vicinity {
  readonly #filesIn = new Map<string, Set<string>>();
  readonly #places = new Set<string>();
  readonly #files: number;

  constructor(objects: readonly ManifestObject[], neighbours: readonly Placed[]) {
    for (const { source: { name } } of objects) {
      const directory = directoryOf(name);
      const files = this.#filesIn.get(directory);
      if (files === undefined) this.#filesIn.set(directory, new Set([name]));
      else files.add(name);
    }
    this.#files = [...this.#filesIn.values()].reduce((sum, files) => sum + files.size, 0);
    for (const { object: { source }, namespace } of neighbours) {
      this.#places.add(`${source.name}\0${namespace}`);
      const directory = directoryOf(source.name);
      if (!this.isCollection(directory)) this.#places.add(`${directory}\0${namespace}`);
    }
  }

  /** Whether a neighbour of the namespace stands in the object's file, or in its directory if that is no collection; true throughout a small set. */
  isNear({ object, namespace }: Placed): boolean {
    return this.#files <= collection || this.#places.has(`${object.source.name}\0${namespace}`) || this.#places.has(`${directoryOf(object.source.name)}\0${namespace}`);
  }

  private isCollection(directory: string): boolean {
    return (this.#filesIn.get(directory)?.size ?? 0) > collection;
  }
}

/** The directory of a file, with its last slash; `''` for a bare name. */
export function directoryOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Whether the manifest says its namespace, and it is neither the one that everything falls into nor the control plane's. */
export function saysNamespace({ namespace }: ManifestObject): boolean {
  return namespace !== '' && namespace !== 'default' && namespace !== 'kube-system';
}
