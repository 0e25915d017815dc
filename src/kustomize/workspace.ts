import { posix } from 'node:path';
import { isKustomization, kustomizationNames } from '../manifests/kustomization-name.js';
import { parseManifests } from '../manifests/read.js';
import type { ManifestObject, ManifestSet, SourceText } from '../manifests/types.js';
import { loadDocuments, type LoadedText } from './load-documents.js';
import type { KustomizeFile, KustomizeFiles } from './types.js';
import { addToGroup } from '../diagnostics/groups.js';

/** A kustomization file in a folder, or why there is no usable one. */
type FoundKustomization = { readonly source: SourceText } | { readonly problem: string };

/**
 * The texts from which kustomizations are built: the inputs, and further files. Each is read and parsed once, however
 * many builds use it.
 */
export class Workspace {
  /** Inputs that some kustomization uses, including kustomizations. */
  readonly used = new Set<SourceText>();
  /** Those from which some kustomization takes resources; the rest are patches and kustomizations. */
  readonly resources = new Set<string>();
  /** Texts that are not inputs, and the findings from reading them. */
  readonly added: ManifestSet[] = [];
  readonly #objects = new Map<SourceText, ManifestObject[]>();
  readonly #documents = new Map<SourceText, LoadedText>();
  readonly #inputs: ReadonlySet<SourceText>;
  #current = new Set<SourceText>();
  #folders: ReadonlyMap<string, readonly string[]> | undefined;
  #paths: ReadonlySet<string> | undefined;

  constructor(
    inputs: ManifestSet,
    private readonly files: KustomizeFiles,
  ) {
    this.#inputs = new Set(inputs.sources);
    for (const object of inputs.objects) {
      addToGroup(this.#objects, object.source, object);
    }
  }

  /** Begins to collect the files that the build of a kustomization uses, in the returned set. */
  startBuild(kustomization: SourceText): ReadonlySet<SourceText> {
    this.used.add(kustomization);
    this.#current = new Set([kustomization]);
    return this.#current;
  }

  /** The folder of a kustomization's file. */
  folderOf({ name }: SourceText): string {
    return posix.dirname(posix.normalize(this.pathOf(name)));
  }

  /** The path of an input by its name. */
  private pathOf(name: string): string {
    const { prefix } = this.files;
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  kindOf(path: string): 'file' | 'directory' | undefined {
    return this.files.kindOf(path);
  }

  real(path: string): string {
    return this.files.real(path);
  }

  isMade(path: string): boolean {
    return this.files.isMade(path);
  }

  read(path: string): KustomizeFile {
    const file = this.files.read(path);
    if (file.source === undefined) return file;
    this.used.add(file.source);
    this.#current.add(file.source);
    return file;
  }

  /** The text at a path if it is an input; no other files are read. */
  input(path: string): SourceText | undefined {
    this.#paths ??= new Set([...this.#inputs].map(({ name }) => this.real(this.pathOf(name))));
    return this.#paths.has(this.real(path)) ? this.read(path).source : undefined;
  }

  /** The names of the inputs in a folder, except kustomizations. */
  othersIn(directory: string): readonly string[] {
    this.#folders ??= groupNames(
      [...this.#inputs]
        .filter((source) => !isKustomization(source))
        .map((source) => posix.normalize(this.pathOf(source.name))),
    );
    return this.#folders.get(posix.normalize(directory)) ?? [];
  }

  /** The objects of a file of resources. */
  objects(source: SourceText): readonly ManifestObject[] {
    this.resources.add(source.name);
    const known = this.#objects.get(source);
    if (known !== undefined) return known;
    if (this.#inputs.has(source)) return [];
    const parsed = parseManifests([source]);
    this.added.push(parsed);
    this.#objects.set(source, [...parsed.objects]);
    return parsed.objects;
  }

  /** The documents of any other file. */
  documents(source: SourceText): LoadedText {
    const known = this.#documents.get(source) ?? loadDocuments(source);
    if (!this.#documents.has(source)) {
      this.#documents.set(source, known);
      if (!this.#inputs.has(source)) this.added.push({ objects: [], findings: [], skipped: [], sources: [source] });
    }
    return known;
  }

  /** The kustomization of a folder. */
  kustomization(directory: string): FoundKustomization {
    const present = kustomizationNames
      .map((name) => posix.join(directory, name))
      .filter((path) => this.kindOf(path) === 'file');
    const [path] = present;
    if (path === undefined) return { problem: 'contains no kustomization.yaml' };
    if (present.length > 1)
      return { problem: `holds ${present.map((one) => posix.basename(one)).join(' and ')}, but only one is allowed` };
    const file = this.read(path);
    return file.source === undefined ? { problem: file.problem } : { source: file.source };
  }
}

/** The names of files by folder. */
function groupNames(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) addToGroup(folders, posix.dirname(path), posix.basename(path));
  return folders;
}
