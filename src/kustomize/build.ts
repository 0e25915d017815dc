import { append } from '../diagnostics/extremes.js';
import type { BuiltProblem, ManifestObject, SourceText } from '../manifests/types.js';
import { BuildContext, TooLarge } from './context.js';
import { addFromFlux } from './flux.js';
import { checkShapes } from './field-shapes.js';
import { checkFields } from './known-fields.js';
import { generateObjects } from './generators.js';
import { addHashes } from './hashes.js';
import { noteLeftAlone } from './left-alone.js';
import { Level } from './level.js';
import { isRemote } from './remote.js';
import { holdsSecondObject } from '../manifests/outcome.js';
import { kustomizationNames } from '../manifests/kustomization-name.js';
import { posix } from 'node:path';
import { updateReferences } from './name-references.js';
import { BuildNode, type Place } from './node.js';
import { idKey, idText } from './resource-id.js';
import { Resource } from './resource.js';
import { TransformerFields } from './transformer-fields.js';
import { transform } from './transform.js';
import { bindVariables, resolveVariables } from './variables.js';
import type { Workspace } from './workspace.js';

/** How deeply kustomizations may be nested, and how many a build may read, counting repeated uses. */
const deepest = 50;
const mostLevels = 2000;

/** The result of building one kustomization and those that it uses. */
interface Built {
  readonly resources: readonly Resource[];
  readonly context: BuildContext;
}

/**
 * Builds the kustomization of a folder like `kustomize build` (kustomize v5.5). Errors of kustomize become problems,
 * and the rest is still built; unsupported features become limits. Takes time proportional to the objects, once for
 * each use. `flux`: the Flux Kustomization that applies the result, which may add to it.
 */
export function build(workspace: Workspace, directory: string, source: SourceText, flux?: ManifestObject): Built {
  const context = new BuildContext();
  const builder = new Builder(workspace, context);
  try {
    const resources = builder.root(directory, source, flux);
    return { resources, context };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    context.problem(error.place, `${error.message}, so it was stopped`);
    context.limit(error.place, 'changes', 'the build is too large');
    return { resources: [], context };
  }
}

class Builder {
  readonly #fields = new TransformerFields();
  readonly #variables: BuildNode[] = [];
  #levels = 0;

  constructor(
    private readonly workspace: Workspace,
    private readonly context: BuildContext,
  ) {}

  root(directory: string, source: SourceText, flux: ManifestObject | undefined): readonly Resource[] {
    const level = this.#level(directory, source, isCommentedOut(source) ? { severity: 'info' } : {});
    if (level === undefined) return [];
    if (level.kustomization.textAt('kind') === 'Component')
      this.context.limit(
        level.kustomization.place,
        'changes',
        'a component is built as part of a kustomization, and none here uses it',
      );
    if (flux !== undefined) addFromFlux(level.kustomization, flux);
    const resources = this.#accumulate(level, [], [this.workspace.real(directory)]);
    addHashes(resources, this.context);
    updateReferences(resources, this.#fields.nameReferences, this.context);
    resolveVariables(resources, this.#variables, this.#fields.tables.varReference, this.context);
    for (const { node } of resources) quoteAnnotations(node);
    return resources.filter(
      ({ node }) => node.get('metadata', 'annotations', 'config.kubernetes.io/local-config')?.text !== 'true',
    );
  }

  /** `ifEmpty`: the severity for an empty kustomization, if it is not the usual one. */
  #level(directory: string, source: SourceText, ifEmpty: Pick<BuiltProblem, 'severity'> = {}): Level | undefined {
    const { documents, problems } = this.workspace.documents(source);
    const [document] = documents;
    if (document === undefined || typeof document.value !== 'object' || Array.isArray(document.value)) return undefined;
    const level = new Level(this.workspace, this.context, directory, document);
    const hasNoContent = isEmpty(level);
    // The fields of an object without --- before it have that one finding.
    if (!holdsSecondObject(problems)) checkFields(level.kustomization, this.context);
    checkShapes(level.kustomization, this.context);
    if (hasNoContent)
      this.context.problem(
        level.kustomization.place,
        'The kustomization is empty, so kustomize refuses to build',
        ifEmpty,
      );
    return level;
  }

  /** `given`: for a component, the objects of its parent so far. `above`: the folders that lead here. */
  #accumulate(level: Level, given: readonly Resource[], above: readonly string[]): Resource[] {
    let resources = [...given];
    const known = new Map(resources.map((resource) => [idKey(resource.id), resource]));
    const limits = this.context.limits.length;
    const listed = new Set<string>();
    for (const entry of ['resources', 'bases'].flatMap((field) => level.list(field))) {
      const added = this.#resourcesOf(level, entry, above);
      if (listed.has(level.pathOf(entry)) && added.length > 0)
        this.context.problem(
          entry.place,
          `${JSON.stringify(entry.text ?? '')} is among the resources twice, so kustomize refuses to build: remove one`,
        );
      else this.#addAll(resources, known, added, entry.place);
      listed.add(level.pathOf(entry));
    }
    this.#fields.read(level);
    noteLeftAlone(level);
    generateObjects(level, resources);
    for (const entry of level.list('components')) resources = this.#component(level, entry, resources, above);
    const transformed = transform(level, resources, this.#fields);
    const namespace = level.kustomization.textAt('namespace');
    if (namespace !== '') this.context.setNamespace(limits, namespace);
    bindVariables(transformed, level.list('vars'));
    append(this.#variables, level.list('vars'));
    return transformed;
  }

  /** `known`: the resources, by their ids. */
  #addAll(resources: Resource[], known: Map<string, Resource>, more: readonly Resource[], place: Place): void {
    for (const resource of more) {
      this.context.countResource(place);
      const key = idKey(resource.id);
      const same = known.get(key);
      if (same === undefined) {
        resources.push(resource);
        known.set(key, resource);
      } else
        this.context.problem(
          resource.place,
          `${idText(resource.id)} is among the resources twice, also from ${same.place.document.source.name}, so kustomize refuses to build`,
        );
    }
  }

  #resourcesOf(level: Level, entry: BuildNode, above: readonly string[]): readonly Resource[] {
    const text = entry.text ?? '';
    if (isRemote(text) && this.workspace.kindOf(level.pathOf(entry)) === undefined) {
      this.context.limit(entry.place, 'adds', `${JSON.stringify(text)} is remote, and kubechains downloads nothing`);
      return [];
    }
    if (this.workspace.kindOf(level.pathOf(entry)) === 'directory') {
      const below = this.#below(level, entry, above, false);
      return below === undefined ? [] : this.#accumulate(below.level, [], below.above);
    }
    const source = level.file(entry);
    if (source === undefined) {
      this.context.limit(entry.place, 'adds', `${JSON.stringify(text)} could not be read`);
      return [];
    }
    return this.workspace.objects(source).map((object) => Resource.of(object));
  }

  #component(level: Level, entry: BuildNode, resources: Resource[], above: readonly string[]): Resource[] {
    if (isRemote(entry.text ?? '') && this.workspace.kindOf(level.pathOf(entry)) === undefined) {
      this.context.limit(
        entry.place,
        'changes',
        `the component ${JSON.stringify(entry.text)} is remote, and kubechains downloads nothing`,
      );
      return resources;
    }
    const below = this.#below(level, entry, above, true);
    return below === undefined ? resources : this.#accumulate(below.level, resources, below.above);
  }

  /** The kustomization of a folder that an entry names; reports problems with it. */
  #below(level: Level, entry: BuildNode, above: readonly string[], isComponent: boolean): LevelBelow | undefined {
    const name = JSON.stringify(entry.text ?? '');
    const fail = (message: string, more?: Pick<BuiltProblem, 'missingFile' | 'severity'>): LevelBelow | undefined => {
      this.context.problem(entry.place, `${message}, so kustomize refuses to build`, more);
      this.context.limit(entry.place, isComponent ? 'changes' : 'adds', `${name} could not be read`);
      return undefined;
    };
    const directory = level.pathOf(entry);
    if (this.workspace.kindOf(directory) !== 'directory')
      return fail(`There is no folder ${name}`, {
        missingFile: entry.text ?? '',
        ...level.severityIfMade(directory),
      });
    const real = this.workspace.real(directory);
    if (above.some((one) => one === real || one.startsWith(real === '.' ? '' : `${real}/`)))
      return fail(`The folder ${name} contains this kustomization, so the build would never end`);
    if (above.length >= deepest)
      throw new TooLarge(entry.place, `The build is nested more than ${deepest} folders deep`);
    if (++this.#levels > mostLevels) throw new TooLarge(entry.place);
    const found = this.workspace.kustomization(directory);
    if ('problem' in found) {
      const made = kustomizationNames.map((file) => level.severityIfMade(posix.join(directory, file)));
      return fail(
        `The folder ${name} ${found.problem}`,
        made.find(({ severity }) => severity !== undefined),
      );
    }
    const below = this.#level(directory, found.source);
    if (below === undefined) return fail(`The kustomization of ${name} cannot be read`);
    if ((below.kustomization.textAt('kind') === 'Component') !== isComponent)
      return fail(
        isComponent ? `${name} is not a Component` : `${name} is a Component, which belongs under components`,
      );
    return { level: below, above: [...above, real] };
  }
}

/** A kustomization that another one uses, and the folders that lead to it. */
interface LevelBelow {
  readonly level: Level;
  readonly above: readonly string[];
}

/** kustomize writes the annotations of an object as text, whatever their type: `true` as `"true"`. */
function quoteAnnotations(object: BuildNode): void {
  const annotations = object.get('metadata', 'annotations');
  for (const [key, node] of annotations?.entries ?? [])
    if (typeof node.scalar === 'boolean' || typeof node.scalar === 'number')
      annotations?.set(key, BuildNode.made(node.place, writtenText(node)));
}

function writtenText({ place, text = '' }: BuildNode): string {
  return place.document.scalar(place.path)?.text ?? text;
}

/** Whether entries are in comments: somebody took everything out, and most likely builds it no more. */
function isCommentedOut({ text }: SourceText): boolean {
  return /^[ \t]*#[ \t]*-[ \t]/m.test(text);
}

/** As in kustomize, an empty list or mapping counts as content, and a field without a value does not. */
function isEmpty({ kustomization }: Level): boolean {
  return [...kustomization.entries].every(
    ([key, node]) => key === 'apiVersion' || key === 'kind' || node.isNull || node.scalar === '',
  );
}
