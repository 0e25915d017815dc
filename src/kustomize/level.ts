import { posix } from 'node:path';
import type { BuildContext } from './context.js';
import { loadEmbedded, type LoadedDocument, type LoadedText } from './load-documents.js';
import { BuildNode, type Place } from './node.js';
import { isRemote } from './remote.js';
import { readWords } from './words.js';
import type { Workspace } from './workspace.js';
import type { BuiltProblem, SourceText } from '../manifests/types.js';

/** What controller-gen and operator-sdk write: the files that their kustomizations name before there are any. */
const madeFiles =
  /\/(?:rbac\/role|webhook\/manifests|(?:crd|manifests)\/bases\/[^/]+|samples\/[^/]+_v\d\w*_[^/]+)\.yaml$/;

/** What etcd stores of one object at most; a longer file makes no ConfigMap. */
const longestData = 1.5 * 1024 * 1024;

/** One kustomization of a build: what it says, and where the files that it names are. */
export class Level {
  /** What the kustomization says, with places. */
  readonly kustomization: BuildNode;
  #isOutsideTold = false;

  constructor(
    readonly workspace: Workspace,
    readonly context: BuildContext,
    /** The folder, real path. */
    readonly directory: string,
    document: LoadedDocument,
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
   * The file that an entry names. What is not there or cannot be read is told. Outside the kustomization's folder, where
   * kustomize reads only what it is told to, only inputs are read.
   */
  file(entry: BuildNode): SourceText | undefined {
    const path = this.pathOf(entry);
    const { workspace, context } = this;
    const fail = (message: string, more?: Pick<BuiltProblem, 'severity' | 'missingFile'>): SourceText | undefined => {
      context.problem(entry.place, `${message}, so kustomize refuses to build`, more);
      return undefined;
    };
    const name = JSON.stringify(entry.text ?? '');
    const kind = workspace.kindOf(path);
    if (kind === undefined)
      return fail(`There is no file ${name}`, { missingFile: entry.text ?? '', ...this.#severityOfMissing(path) });
    if (kind === 'directory') return fail(`${name} is a folder`);
    if (!isWithin(workspace.real(path), workspace.real(this.directory))) {
      this.#tellOutside(entry, name);
      return workspace.input(path);
    }
    const read = workspace.read(path);
    return read.source ?? fail(`The file ${name} cannot be read: ${read.problem}`);
  }

  /** Told once for a kustomization: whoever writes it builds with that option. */
  #tellOutside(entry: BuildNode, name: string): void {
    if (this.#isOutsideTold) return;
    this.#isOutsideTold = true;
    this.context.problem(
      entry.place,
      `The file ${name} is outside the kustomization's folder, where kustomize reads it only with --load-restrictor LoadRestrictionsNone`,
      { severity: 'info' },
    );
  }

  /**
   * Code generators and pipelines make files that repositories do not keep: a kustomization of which nothing is there,
   * what `.gitignore` names, and what operator frameworks write beside `make manifests`, are not broken.
   */
  #severityOfMissing(path: string): Pick<BuiltProblem, 'severity'> {
    const isMade = madeFiles.test(path) || this.#hasNothing || this.workspace.isIgnored(path);
    return isMade ? { severity: 'info' } : {};
  }

  /**
   * Whether no file or folder that the kustomization takes resources from is there, nor any manifest beside it that it
   * does not speak of.
   */
  get #hasNothing(): boolean {
    const { text } = this.kustomization.place.document.source;
    const named = ['resources', 'bases', 'components'].flatMap((field) => this.list(field));
    return (
      named.every((entry) => this.workspace.kindOf(this.pathOf(entry)) === undefined) &&
      !this.workspace.othersIn(this.directory).some((name) => !text.includes(name))
    );
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

  /** A strategic merge as nodes of a build, read as resources are. */
  mergeOf(document: LoadedDocument): BuildNode {
    return readWords(this.nodeOf(document), document.placed);
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
    if (path === undefined) return undefined;
    if (path.text === undefined || path.text === '') {
      this.context.problem(path.place, 'The patch is empty, so kustomize refuses to build');
      return undefined;
    }
    const source = isRemote(path.text) ? undefined : this.file(path);
    if (source !== undefined) return this.workspace.documents(source);
    const name = JSON.stringify(path.text);
    this.context.limit(
      path.place,
      'changes',
      `the patch ${name} ${isRemote(path.text) ? 'is remote, and nothing is fetched' : 'could not be read'}`,
    );
    return undefined;
  }

  /** Tells of a patch whose object is not there, where that is known. */
  missingTarget(patch: Place, entry: Place, message: string): void {
    if (!this.context.knowsAll) return;
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
