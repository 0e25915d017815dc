import { posix } from 'node:path';
import type { BuildContext } from './context.js';
import { itemsOf, loadEmbedded, type LoadedDocument, type LoadedText } from './load-documents.js';
import { BuildNode, type Place } from './node.js';
import { isRemote } from './remote.js';
import { readWords } from './words.js';
import type { Workspace } from './workspace.js';
import type { BuiltProblem, SourceText } from '../manifests/types.js';

/** Files and folders that other programs make, and that kustomizations name before they exist. */
const made = [
  // controller-gen and operator-sdk
  /\/(?:rbac\/role|webhook\/manifests|(?:crd|manifests)\/bases\/[^/]+|samples\/[^/]+_v\d\w*_[^/]+)\.yaml$/,
  // flux bootstrap
  /(?:^|\/)flux-system(?:\/|\/gotk-[\w-]+\.yaml)?$/,
];

/** Whether another program makes a file or folder, as its path shows. */
function isMadeFirst(path: string): boolean {
  return made.some((pattern) => pattern.test(path));
}

/** Endings and middles of names of templates, encrypted files and examples from which a file is made. */
const sources = [
  ...['in', 'envsubst', 'tmpl', 'tpl', 'template', 'gotmpl', 'j2', 'jinja', 'jinja2', 'erb', 'mustache'],
  ...['dist', 'example', 'sample', 'enc', 'encrypted', 'sops', 'age', 'gpg'],
];

/** Values of a chart: a script passes its rendered templates through kustomize. */
const chartValues = /^(?:.*[-_.])?values(?:[-_.].*)?\.ya?ml$/;

/** The most that etcd stores of one object; a larger file cannot become a ConfigMap. */
const longestData = 1.5 * 1024 * 1024;

/** One kustomization of a build: its content, and access to the files that it names. */
export class Level {
  /** The content of the kustomization, with places. */
  readonly kustomization: BuildNode;
  #isOutsideReported = false;

  constructor(
    readonly workspace: Workspace,
    readonly context: BuildContext,
    /** The folder, with symbolic links resolved. */
    readonly directory: string,
    document: LoadedDocument,
  ) {
    this.kustomization = new BuildNode({ document: document.placed, path: [] }, document.value);
  }

  /** The entries of a list; empty if the kustomization does not have it. */
  list(field: string): readonly BuildNode[] {
    return this.kustomization.get(field)?.items ?? [];
  }

  /** The path in an entry. */
  pathOf(entry: BuildNode): string {
    return posix.join(this.directory, entry.text ?? '');
  }

  /**
   * The file in an entry. Missing and unreadable files are reported. Outside the kustomization's folder, which
   * kustomize does not read by default, only files that are inputs are read.
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

  /** Reported once for each kustomization: its author obviously builds with the option that allows it. */
  #tellOutside(entry: BuildNode, name: string): void {
    if (this.#isOutsideReported) return;
    this.#isOutsideReported = true;
    this.context.problem(
      entry.place,
      `The file ${name} is outside the kustomization's folder; kustomize reads it only with --load-restrictor LoadRestrictionsNone`,
      { severity: 'info' },
    );
  }

  /**
   * Code generators and pipelines create files that are not in repositories. A kustomization is therefore not broken if
   * none of its files exists, or if the missing one is made before a build.
   */
  #severityOfMissing(path: string): Pick<BuiltProblem, 'severity'> {
    return this.#hasNothing ? { severity: 'info' } : this.severityIfMade(path);
  }

  /**
   * An info for a missing file or folder that is made before a build: `.gitignore` contains it, a script writes it, its template is beside
   * it, or another program makes it (an operator framework with `make manifests`, or `flux bootstrap`).
   */
  severityIfMade(path: string): Pick<BuiltProblem, 'severity'> {
    const isMade = isMadeFirst(path) || this.workspace.isMade(path) || this.#hasTemplate(path);
    return isMade ? { severity: 'info' } : {};
  }

  /** Whether a file's template is beside it: `web.yaml.envsubst`, `web.yaml.in`, `secret.example.yaml`. */
  #hasTemplate(path: string): boolean {
    const ending = posix.extname(path);
    const stem = path.slice(0, path.length - ending.length);
    return sources.some((word) =>
      [`${path}.${word}`, `${stem}.${word}${ending}`].some((name) => this.workspace.kindOf(name) === 'file'),
    );
  }

  /** Whether none of the kustomization's resource files and folders exists, and no other manifest is beside it. */
  get #hasNothing(): boolean {
    const { text } = this.kustomization.place.document.source;
    const named = ['resources', 'bases', 'components'].flatMap((field) => this.list(field));
    return (
      named.every((entry) => this.workspace.kindOf(this.pathOf(entry)) === undefined) &&
      !this.workspace.othersIn(this.directory).some((name) => !text.includes(name) && !chartValues.test(name))
    );
  }

  /**
   * A file that a generator reads. It is often created before a build and not kept in the repository; if it is missing,
   * only the object's name and data differ.
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
      `the file ${JSON.stringify(name)} does not exist, or is not a text of at most 1.5 MB`,
    );
    return undefined;
  }

  /** A strategic merge patch as nodes of a build, read like resources. */
  mergeOf(document: LoadedDocument): BuildNode {
    return readWords(this.nodeOf(document), document.placed);
  }

  /** A document's value as nodes of a build. */
  nodeOf({ value, placed, path = [] }: LoadedDocument): BuildNode {
    return new BuildNode({ document: placed, path }, value);
  }

  /**
   * The documents of a patch, from a file or from the kustomization itself. Undefined if there is none, which is
   * reported.
   */
  patchDocuments(path: BuildNode | undefined, inline: BuildNode | undefined): readonly LoadedDocument[] | undefined {
    const text = this.patchText(path, inline);
    if (text === undefined) return undefined;
    if (text.isBroken) {
      this.context.problem(
        (inline ?? path ?? this.kustomization).place,
        'The patch is not YAML, so kustomize refuses to build',
        { brokenFile: text.name },
      );
      return undefined;
    }
    return text.documents.flatMap(itemsOf);
  }

  /** An entry of `patchesStrategicMerge` may be a path or a patch; a mapping is a patch. */
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
      `the patch ${name} ${isRemote(path.text) ? 'is remote, and kubechains downloads nothing' : 'could not be read'}`,
    );
    return undefined;
  }

  /** Reports a patch without its object, if all objects are known. */
  missingTarget(patch: Place, entry: Place, message: string): void {
    if (!this.context.knowsAll) return;
    this.context.problem(patch.document.source === entry.document.source ? entry : patch, message);
  }
}

/** Whether a path is a folder or below it. */
function isWithin(path: string, directory: string): boolean {
  const normal = posix.normalize(directory);
  const root = normal === '.' ? '' : normal.replace(/\/$/, '');
  if (root === '') return !path.startsWith('/') && !path.startsWith('..');
  return path === root || path.startsWith(`${root}/`);
}
