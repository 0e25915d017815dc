import type { ManifestObject } from '../../manifests/types.js';
import { Copies, duplicatesIn } from './duplicates.js';
import { commonFolder, folderOf, folderOfObject, foldersAbove } from './folders.js';
import { entryOf } from '../../diagnostics/groups.js';

/** A set or folder with more files than this may be a collection, not one application. */
const collection = 20;

/** A large folder in which several files define at least this many of the same objects is a collection. */
const variants = 3;

/** An object and the namespace in which it is created. */
export interface Placed {
  readonly object: ManifestObject;
  readonly namespace: string;
}

/** An object that refers to others: a Service, an Ingress, a StatefulSet. */
export interface Seeker extends Placed {
  /** Some of the objects it refers to, if the set contains them. */
  readonly found: readonly ManifestObject[];
}

/**
 * Which objects are applied together. People lint repositories that are collections: alternatives side by side,
 * examples, parts of applications with other parts elsewhere. In such a set, a conflict between two objects, or a
 * missing object, proves little.
 */
export class Surroundings {
  readonly #folders: Copies;
  readonly #files: Copies;
  /** Folders that contain alternatives, so that their content is not one application. */
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
    for (const { source } of objects) entryOf(this.#filesIn, folderOf(source.name), () => new Set()).add(source.name);
  }

  /** Whether all objects are in one folder that is not large. */
  get isOneFolder(): boolean {
    const [folder = '', ...others] = this.#filesIn.keys();
    return others.length === 0 && !this.isLarge(folder);
  }

  /** Whether a folder contains too many files for one application. */
  isLarge(folder: string): boolean {
    return (this.#filesIn.get(folder)?.size ?? 0) > collection;
  }

  /** Whether a folder is large and many of its files define the same objects, so that they are steps or examples. */
  isCollection(folder: string): boolean {
    return this.isLarge(folder) && (this.#variants.get(folder) ?? 0) >= variants;
  }

  /** Whether two objects are alternatives: their files or folders define the same objects. */
  areAlternatives(first: ManifestObject, second: ManifestObject): boolean {
    return (
      this.#files.areCopies(first.source.name, second.source.name) ||
      this.#folders.areCopies(folderOfObject(first), folderOfObject(second))
    );
  }

  /**
   * Whether two objects are probably applied to one cluster: they are in one file or folder, or in a set without
   * alternatives.
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
   * How certain a conflict between two objects is: none if they are alternatives, possible if it is unknown whether one
   * cluster gets both.
   */
  clash(first: ManifestObject, second: ManifestObject): Clash {
    if (this.areTogether(first, second)) return 'certain';
    return this.areAlternatives(first, second) ? 'none' : 'possible';
  }

  /** Of several definitions of one thing, those applied together with an object; all of them if there is none. */
  closest<Item>(
    object: ManifestObject,
    items: readonly Item[],
    objectOf: (item: Item) => ManifestObject,
  ): readonly Item[] {
    if (items.length < 2) return items;
    const together = items.filter((item) => this.areTogether(object, objectOf(item)));
    return together.length === 0 ? items : together;
  }

  /**
   * Compares the seekers of one kind with the objects they refer to; all seekers of the set must be given, including
   * those that find nothing.
   */
  search(sought: readonly Placed[], seekers: readonly Seeker[]): Search {
    return new Search(this, sought, seekers);
  }
}

export type Clash = 'certain' | 'possible' | 'none';

/** How many claims of one thing are compared: a set with more has worse problems. */
const compared = 16;

/** Records claims, to find the earlier claim with which a later one conflicts. */
export class Claims<Claim> {
  readonly #holders = new Map<string, Claim[]>();

  constructor(
    readonly surroundings: Surroundings,
    readonly objectOf: (claim: Claim) => ManifestObject,
  ) {}

  /**
   * Records a claim; returns the claim it conflicts with, a certain conflict before a possible one. `clashes`: whether
   * two claims of one thing conflict at all.
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

/** How many seekers in a folder find something in another folder, and how many find nothing. */
interface Tally {
  found: number;
  lost: number;
}

/** Whether a set should contain the objects to which some of its objects refer. */
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
   * Whether the missing object should be in the set. It should if something of the same kind is in the seeker's file;
   * if something is in its folder, which is not large, and no other seeker refers to that; in a small set of one folder
   * with files named individually; and if most seekers in its folder find theirs in other folders or, if the object has
   * a namespace, those in the nearest ancestor folder with any.
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
      if (found + others > 0) return above === folder ? found > 0 && found >= lost : found >= 3 * others;
    }
    return false;
  }

  /**
   * A find beside its seeker says nothing about other folders, and much about its own folder if that is large and one
   * application. A seeker in another folder was hardly meant to find something that has its own seeker beside it, or
   * that is in several folders: examples have the same labels everywhere.
   */
  #count(seeker: Seeker, atHome: ReadonlySet<ManifestObject>): void {
    const { object, namespace, found } = seeker;
    const own = folderOfObject(object);
    const isAcross =
      findsOnePlace(seeker) && found.some((target) => folderOfObject(target) !== own && !atHome.has(target));
    const isApplication = this.#surroundings.isLarge(own) && !this.#surroundings.isCollection(own);
    for (const folder of foldersAbove(own)) {
      if (found.length > 0 && !isAcross && !(folder === own && isApplication)) continue;
      const tally = entryOf(this.#tallies, `${folder}\0${namespace}`, () => ({ found: 0, lost: 0 }));
      tally[found.length > 0 ? 'found' : 'lost'] += 1;
    }
  }
}

/** Whether everything that a seeker finds, which is not nothing, is in one folder. */
function findsOnePlace({ found }: Seeker): boolean {
  return new Set(found.map(folderOfObject)).size === 1;
}

/** Whether the manifest has a namespace, and it is neither `default` nor the control plane's. */
export function saysNamespace({ namespace }: ManifestObject): boolean {
  return namespace !== '' && namespace !== 'default' && namespace !== 'kube-system';
}
