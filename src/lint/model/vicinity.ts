import type { ManifestObject } from '../../manifests/types.js';

/** A set or a directory with more files than this may be a collection rather than one application. */
const collection = 20;

/** An object and the namespace it is created in. */
interface Placed {
  readonly object: ManifestObject;
  readonly namespace: string;
}

/** One of the objects that look for others: a Service, or an Ingress. */
export interface Seeker extends Placed {
  /** Whether it finds in the set what it looks for. */
  readonly finds: boolean;
}

/** How many seekers below a directory find something, and how many do not. */
interface Tally {
  found: number;
  lost: number;
}

/**
 * Where the objects of some kind stand among the files. People lint collections of unrelated examples and repositories
 * whose other half lives elsewhere as one set; that an object of the default namespace is not there proves little then.
 * It does where its neighbours are there.
 */
export class Vicinity {
  readonly #filesIn = new Map<string, Set<string>>();
  readonly #places = new Set<string>();
  readonly #tallies = new Map<string, Tally>();
  readonly #files: number;

  /** `sought` is what the seekers look for; every seeker of the set is given, the lost ones too. */
  constructor(objects: readonly ManifestObject[], sought: readonly Placed[], seekers: readonly Seeker[]) {
    for (const {
      source: { name },
    } of objects) {
      const directory = directoryOf(name);
      const files = this.#filesIn.get(directory);
      if (files === undefined) this.#filesIn.set(directory, new Set([name]));
      else files.add(name);
    }
    this.#files = [...this.#filesIn.values()].reduce((sum, files) => sum + files.size, 0);
    for (const {
      object: { source },
      namespace,
    } of [...sought, ...seekers.filter(({ finds }) => finds)]) {
      this.#places.add(`${source.name}\0${namespace}`);
      const directory = directoryOf(source.name);
      if (!this.#isCollection(directory)) this.#places.add(`${directory}\0${namespace}`);
    }
    for (const seeker of seekers) this.#count(seeker);
  }

  /**
   * Whether what the object looks for should be in the set; it is a seeker that does not find it. So it is in a small
   * set, and where something of the kind stands in its file, or in its directory if that is no collection. Else the
   * seekers around it tell: those of its directory, or of the nearest one above that has any. In an application nearly
   * all of them find what they look for, in a collection few do.
   */
  expects({ object, namespace }: Placed): boolean {
    const { name } = object.source;
    const directory = directoryOf(name);
    if (
      this.#files <= collection ||
      this.#places.has(`${name}\0${namespace}`) ||
      this.#places.has(`${directory}\0${namespace}`)
    )
      return true;
    for (const above of directoriesAbove(directory)) {
      const { found, lost } = this.#tallies.get(`${above}\0${namespace}`) ?? { found: 0, lost: 1 };
      const others = lost - 1;
      if (found + others > 0) return above === directory ? found >= others : found >= 3 * others;
    }
    return true;
  }

  #count({ object, namespace, finds }: Seeker): void {
    for (const directory of directoriesAbove(directoryOf(object.source.name))) {
      const key = `${directory}\0${namespace}`;
      const tally = this.#tallies.get(key) ?? { found: 0, lost: 0 };
      tally[finds ? 'found' : 'lost'] += 1;
      this.#tallies.set(key, tally);
    }
  }

  #isCollection(directory: string): boolean {
    return (this.#filesIn.get(directory)?.size ?? 0) > collection;
  }
}

/** A directory and those above it, the nearest first and `''` last. */
function directoriesAbove(directory: string): string[] {
  const directories = [directory];
  for (let rest = directory; rest !== '';) directories.push((rest = directoryOf(rest.slice(0, -1))));
  return directories;
}

/** The directory of a file, with its last slash; `''` for a bare name. */
export function directoryOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/**
 * Whether the manifest says its namespace, and it is neither the one that everything falls into nor the control
 * plane's.
 */
export function saysNamespace({ namespace }: ManifestObject): boolean {
  return namespace !== '' && namespace !== 'default' && namespace !== 'kube-system';
}
