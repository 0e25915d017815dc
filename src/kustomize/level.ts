import { posix } from 'node:path';
import type { BuildContext } from './context.js';
import { loadEmbedded, type LoadedDocument, type LoadedText } from './load-documents.js';
import { BuildNode, type Place } from './node.js';
import type { Workspace } from './workspace.js';
import type { SourceText } from '../manifests/types.js';

/** What etcd stores of one object at most; a longer file makes no ConfigMap. */
const longestData = 1.5 * 1024 * 1024;

/** One kustomization of a build: what it says, and where the files that it names are. */
export class Level {
  /** What the kustomization says, with places. */
  readonly kustomization: BuildNode;

  constructor(
    readonly workspace: Workspace,
    readonly context: BuildContext,
    /** The folder, real path. */
    readonly directory: string,
    document: LoadedDocument,
    /** Whether all objects are known, so that what is not found is missing. */
    private readonly knowsAll: () => boolean,
  ) {
    this.kustomization = new BuildNode({ document: document.placed, path: [] }, document.value);
  }

  /** A list's entries; a kustomization may leave any of them out. */
  list(field: string): readonly BuildNode[] {
    return this.kustomization.get(field)?.items ?? [];
  }

  /** The path that an entry names. */
  pathOf(entry: BuildNode): string {
    return posix.join(this.directory, entry.text ?? '');
  }

  /**
   * The file that an entry names. What is not there, cannot be read, or lies outside the kustomization's folder, where
   * kustomize does not look, is told.
   */
  file(entry: BuildNode): SourceText | undefined {
    const path = this.pathOf(entry);
    const { workspace, context } = this;
    const fail = (message: string): SourceText | undefined => {
      context.problem(entry.place, `${message}, so kustomize refuses to build`);
      return undefined;
    };
    const name = JSON.stringify(entry.text ?? '');
    const kind = workspace.kindOf(path);
    if (kind === undefined) return fail(`There is no file ${name}`);
    if (kind === 'directory') return fail(`${name} is a folder`);
    if (!isWithin(workspace.real(path), workspace.real(this.directory)))
      return fail(
        `The file ${name} is outside the kustomization's folder, where kustomize reads none unless it is told --load-restrictor LoadRestrictionsNone`,
      );
    const read = workspace.read(path);
    return read.source ?? fail(`The file ${name} cannot be read: ${read.problem}`);
  }

  /**
   * A file that a generator reads. What is made before a build and kept out of repositories is often missing, and only
   * makes another name and other data.
   */
  data(entry: BuildNode, name: string): SourceText | undefined {
    const path = posix.join(this.directory, name);
    const { workspace } = this;
    const read =
      workspace.kindOf(path) === 'file' && isWithin(workspace.real(path), workspace.real(this.directory))
        ? workspace.read(path)
        : undefined;
    if (read?.source !== undefined && read.source.text.length <= longestData) return read.source;
    this.context.limit(
      entry.place,
      'values',
      `the file ${JSON.stringify(name)} is not there, or no text of at most 1.5 MB`,
    );
    return undefined;
  }

  /** A document's value as nodes of a build. */
  nodeOf({ value, placed }: LoadedDocument): BuildNode {
    return new BuildNode({ document: placed, path: [] }, value);
  }

  /** The documents of a patch: of a file, or within the kustomization. Undefined where there is none, which is told. */
  patchDocuments(path: BuildNode | undefined, inline: BuildNode | undefined): readonly LoadedDocument[] | undefined {
    const text = this.patchText(path, inline);
    if (text === undefined) return undefined;
    if (text.isBroken) {
      this.context.problem(
        (inline ?? path ?? this.kustomization).place,
        'The patch is not YAML, so kustomize refuses to build',
      );
      return undefined;
    }
    return text.documents;
  }

  /** An entry of `patchesStrategicMerge` may be either; one that is a mapping is a patch. */
  private patchText(path: BuildNode | undefined, inline: BuildNode | undefined): LoadedText | undefined {
    if (inline !== undefined && (inline !== path || /[\n:{]/.test(inline.text ?? ''))) return loadEmbedded(inline);
    if (path === undefined) {
      this.context.problem(this.kustomization.place, 'An entry of patches has neither path nor patch');
      return undefined;
    }
    const source = this.file(path);
    return source && this.workspace.documents(source);
  }

  /** Tells of a patch whose object is not there, where that is known. */
  missingTarget(patch: Place, entry: Place, message: string): void {
    if (!this.knowsAll()) return;
    this.context.problem(patch.document.source === entry.document.source ? entry : patch, message);
  }
}

/** Whether a path is a folder's or below it. */
export function isWithin(path: string, directory: string): boolean {
  const normal = posix.normalize(directory);
  const root = normal === '.' ? '' : normal.replace(/\/$/, '');
  if (root === '') return !path.startsWith('/') && !path.startsWith('..');
  return path === root || path.startsWith(`${root}/`);
}
