import type { ManifestObject } from '../../manifests/types.js';
import { Copies, duplicatesIn } from './duplicates.js';
import { commonFolder, folderOf, folderOfObject, foldersAbove } from './folders.js';

/** A set or a folder with more files than this may be a collection rather than one application. */
const collection = 20;

/** A large folder with so many objects that several of its files define is a collection. */
const variants = 3;

/** An object and the namespace it is created in. */
export interface Placed {
  readonly object: ManifestObject;
  readonly namespace: string;
}

/** One of the objects that look for others: a Service, an Ingress, a StatefulSet. */
export interface Seeker extends Placed {
  /** Some of what it looks for, where the set has it. */
  readonly found: readonly ManifestObject[];
}

/**
 * What is applied together. People lint repositories that are collections: alternatives side by side, examples, halves
 * of applications whose other half lives elsewhere. That two objects of such a set clash, or that one of them is not
 * there, proves little.
 */
export class Surroundings {
  readonly #folders: Copies;
  readonly #files: Copies;
  /** Folders below which alternatives lie: what lies below them is not one application. */
  readonly #collections = new Set<string>();
  readonly #filesIn = new Map<string, Set<string>>();
  /** By folder, how many objects are defined in more than one of its files. */
  readonly #variants = new Map<string, number>();

  constructor(objects: readonly ManifestObject[]) {
    const duplicates = duplicatesIn(objects);
    this.#folders = new Copies(duplicates, folderOfObject);
    this.#files = new Copies(duplicates, ({ source }) => source.name);
    for (const { object, first, previous } of duplicates)
      for (const other of new Set([first, previous])) {
        if (folderOfObject(object) === folderOfObject(other) && object.source !== other.source)
          this.#variants.set(folderOfObject(object), (this.#variants.get(folderOfObject(object)) ?? 0) + 1);
        if (object.kind === 'Namespace' || folderOfObject(object) === folderOfObject(other)) continue;
        for (const folder of foldersAbove(commonFolder(object.source.name, other.source.name)))
          this.#collections.add(folder);
      }
    for (const { source } of objects) {
      const files = this.#filesIn.get(folderOf(source.name)) ?? new Set();
      this.#filesIn.set(folderOf(source.name), files.add(source.name));
    }
  }

  /** Whether all objects stand in one folder that is not large. */
  get isOneFolder(): boolean {
    const [folder = '', ...others] = this.#filesIn.keys();
    return others.length === 0 && !this.isLarge(folder);
  }

  /** Whether a folder holds so many files that they are hardly one application. */
  isLarge(folder: string): boolean {
    return (this.#filesIn.get(folder)?.size ?? 0) > collection;
  }

  /** Whether a folder is large and many of its files define what others do, so that they are steps or examples. */
  isCollection(folder: string): boolean {
    return this.isLarge(folder) && (this.#variants.get(folder) ?? 0) >= variants;
  }

  /** Whether two objects are of alternatives: of files or folders that define the same objects. */
  areAlternatives(first: ManifestObject, second: ManifestObject): boolean {
    return (
      this.#files.areCopies(first.source.name, second.source.name) ||
      this.#folders.areCopies(folderOfObject(first), folderOfObject(second))
    );
  }

  /**
   * Whether two objects are likely to be applied to one cluster: they stand in one file or one folder, or in a set
   * without alternatives.
   */
  areTogether(first: ManifestObject, second: ManifestObject): boolean {
    const [file, other] = [first.source.name, second.source.name];
    if (file === other) return true;
    if (this.areAlternatives(first, second)) return false;
    const folder = folderOf(file);
    return folder === folderOf(other)
      ? !this.isLarge(folder) || !(this.#collections.has(folder) || this.isCollection(folder))
      : !this.#collections.has(commonFolder(file, other));
  }

  /**
   * How far two objects that claim the same thing are in each other's way: not at all where they are alternatives,
   * perhaps where nothing says that one cluster gets both.
   */
  clash(first: ManifestObject, second: ManifestObject): Clash {
    if (this.areTogether(first, second)) return 'certain';
    return this.areAlternatives(first, second) ? 'none' : 'possible';
  }

  /** Of several definitions of one thing those that are applied with an object; all of them where none is. */
  closest<Item>(
    object: ManifestObject,
    items: readonly Item[],
    objectOf: (item: Item) => ManifestObject,
  ): readonly Item[] {
    if (items.length < 2) return items;
    const together = items.filter((item) => this.areTogether(object, objectOf(item)));
    return together.length === 0 ? items : together;
  }

  /** Seekers of one kind and what they look for; every seeker of the set is given, those that find nothing too. */
  search(sought: readonly Placed[], seekers: readonly Seeker[]): Search {
    return new Search(this, sought, seekers);
  }
}

export type Clash = 'certain' | 'possible' | 'none';

/** How many claims of one thing are compared: a set with more has worse to tell. */
const compared = 16;

/** Who claimed what, to find the holder that a later claim clashes with. */
export class Claims<Claim> {
  readonly #holders = new Map<string, Claim[]>();

  constructor(
    readonly surroundings: Surroundings,
    readonly objectOf: (claim: Claim) => ManifestObject,
  ) {}

  /**
   * Notes a claim; the holder it clashes with, a certain clash before a possible one. `clashes` says of claims of one
   * thing whether they are in each other's way at all.
   */
  note(
    key: string,
    claim: Claim,
    clashes: (holder: Claim) => boolean,
  ): { holder: Claim; isCertain: boolean } | undefined {
    const holders = this.#holders.get(key);
    if (holders === undefined) {
      this.#holders.set(key, [claim]);
      return undefined;
    }
    let possible: Claim | undefined;
    const object = this.objectOf(claim);
    if (holders.length < compared) holders.push(claim);
    for (const holder of holders) {
      if (holder === claim || !clashes(holder)) continue;
      const clash = this.surroundings.clash(this.objectOf(holder), object);
      if (clash === 'certain') return { holder, isCertain: true };
      if (clash === 'possible') possible ??= holder;
    }
    return possible === undefined ? undefined : { holder: possible, isCertain: false };
  }
}

/** How many seekers below a folder find something in another folder, and how many find nothing. */
interface Tally {
  found: number;
  lost: number;
}

/** Whether a set would hold what some of its objects look for. */
export class Search {
  readonly #surroundings: Surroundings;
  readonly #places = new Set<string>();
  readonly #tallies = new Map<string, Tally>();

  constructor(surroundings: Surroundings, sought: readonly Placed[], seekers: readonly Seeker[]) {
    this.#surroundings = surroundings;
    const taken = new Set(seekers.flatMap(({ found }) => found));
    for (const { object, namespace } of [...sought, ...seekers.filter(findsOnePlace)])
      this.#places.add(`${object.source.name}\0${namespace}`);
    for (const { object, namespace } of sought) {
      const folder = folderOfObject(object);
      if (!taken.has(object) && !surroundings.isLarge(folder)) this.#places.add(`${folder}\0${namespace}`);
    }
    const atHome = new Set(
      seekers.flatMap(({ object, found }) =>
        found.filter((target) => folderOfObject(target) === folderOfObject(object)),
      ),
    );
    for (const seeker of seekers) this.#count(seeker, atHome);
  }

  /**
   * Whether what the object looks for should be in the set; it is a seeker that does not find it. So it is where
   * something of the kind stands in its file; where something stands in its folder, if that is not large, that no other
   * seeker has found; in a small set of one folder whose files were named one by one; and where the seekers of its folder
   * mostly find theirs in other ones, or, if it says its namespace, those of the nearest folder above that has any.
   */
  expects({ object, namespace }: Placed): boolean {
    const { name, found: wasFound } = object.source;
    const folder = folderOf(name);
    if (this.#places.has(`${name}\0${namespace}`) || this.#places.has(`${folder}\0${namespace}`)) return true;
    if (wasFound !== true && this.#surroundings.isOneFolder) return true;
    for (const above of foldersAbove(folder)) {
      const { found, lost } = this.#tallies.get(`${above}\0${namespace}`) ?? { found: 0, lost: 1 };
      const others = lost - 1;
      if (above !== folder && !saysNamespace(object)) return false;
      if (found + others > 0) return above === folder ? found > 0 && found >= others : found >= 3 * others;
    }
    return false;
  }

  /**
   * What is found beside its seeker says nothing of other folders, and much of its own if that is large and one
   * application. What a seeker of another folder has beside it was hardly meant, nor what lies in several folders:
   * examples have the same labels everywhere.
   */
  #count(seeker: Seeker, atHome: ReadonlySet<ManifestObject>): void {
    const { object, namespace, found } = seeker;
    const own = folderOfObject(object);
    const isAcross =
      findsOnePlace(seeker) && found.some((target) => folderOfObject(target) !== own && !atHome.has(target));
    const isApplication = this.#surroundings.isLarge(own) && !this.#surroundings.isCollection(own);
    for (const folder of foldersAbove(own)) {
      if (found.length > 0 && !isAcross && !(folder === own && isApplication)) continue;
      const key = `${folder}\0${namespace}`;
      const tally = this.#tallies.get(key) ?? { found: 0, lost: 0 };
      tally[found.length > 0 ? 'found' : 'lost'] += 1;
      this.#tallies.set(key, tally);
    }
  }
}

/** Whether all that a seeker finds, and something, lies in one folder. */
function findsOnePlace({ found }: Seeker): boolean {
  return new Set(found.map(folderOfObject)).size === 1;
}

/**
 * Whether the manifest says its namespace, and it is neither the one that everything falls into nor the control
 * plane's.
 */
export function saysNamespace({ namespace }: ManifestObject): boolean {
  return namespace !== '' && namespace !== 'default' && namespace !== 'kube-system';
}
