import { nearest } from '../diagnostics/nearest.js';
import { applyJsonPatch } from './json-patch.js';
import type { LoadedDocument } from './load-documents.js';
import type { Level } from './level.js';
import { emptyMap, type BuildNode } from './node.js';
import { idText, isSameId, resourceId } from './resource-id.js';
import type { Resource } from './resource.js';
import { mergePatch } from './strategic-merge.js';
import { selectResources } from './target.js';

/** Applies the patches of a level in kustomize's order; deleted objects are left out. */
export function applyEarlyPatches(level: Level, resources: readonly Resource[]): Resource[] {
  let left = [...resources];
  for (const entry of level.kustomization.get('patchesStrategicMerge')?.items ?? []) {
    for (const document of level.patchDocuments(entry, entry) ?? []) left = mergeByName(level, left, document, entry);
  }
  for (const entry of level.kustomization.get('patches')?.items ?? []) left = applyEntry(level, left, entry);
  return left;
}

/** JSON patches of `patchesJson6902` are applied after names and labels. */
export function applyLatePatches(level: Level, resources: readonly Resource[]): void {
  for (const entry of level.kustomization.get('patchesJson6902')?.items ?? []) {
    const documents = level.patchDocuments(entry.get('path'), entry.get('patch')) ?? [];
    const target = entry.get('target');
    if (target === undefined) level.context.problem(entry.place, 'A JSON patch needs a target');
    else for (const document of documents) applyJson(level, resources, document, target, false);
  }
}

function applyEntry(level: Level, resources: readonly Resource[], entry: BuildNode): Resource[] {
  const documents = level.patchDocuments(...patchOf(level, entry));
  if (documents === undefined) return [...resources];
  const target = entry.get('target');
  let left = [...resources];
  for (const document of documents) {
    if (Array.isArray(document.value)) {
      if (target === undefined) level.context.problem(entry.place, 'A JSON patch needs a target');
      else applyJson(level, left, document, target, true);
    } else if (target === undefined) left = mergeByName(level, left, document, entry, entry.scalar === undefined);
    else left = mergeSelected(level, left, document, target, entry);
  }
  return left;
}

const bareAdvice = 'write "path: FILE", or put it under patchesStrategicMerge';

function isBareName(entry: BuildNode): boolean {
  return !(entry.isMap || entry.isList || entry.isNull);
}

/**
 * The patch of an entry. Bare file names, which only `patchesStrategicMerge` allows, are used; the first of them is
 * reported.
 */
function patchOf({ context, kustomization }: Level, entry: BuildNode): [BuildNode | undefined, BuildNode | undefined] {
  const [path, patch] = [entry.get('path'), entry.get('patch')];
  if (path !== undefined || patch !== undefined) return [path, patch];
  if (!isBareName(entry)) {
    context.problem(entry.place, 'The entry of patches has neither path nor patch, so kustomize refuses to build');
    return [undefined, undefined];
  }
  const bare = kustomization.get('patches')?.items.filter(isBareName) ?? [];
  if (entry === bare[0])
    context.problem(entry.place, `An entry of patches is a mapping, so kustomize refuses to build: ${bareAdvice}`);
  return [entry, undefined];
}

function applyJson(
  level: Level,
  resources: readonly Resource[],
  document: LoadedDocument,
  target: BuildNode,
  keepsId: boolean,
): void {
  for (const resource of selected(level, resources, target)) {
    const metadata = keepsId ? resource.node.get('metadata') : undefined;
    if (keepsId) resource.keepId();
    // While kustomize applies `patches`, it stores data of its own in annotations, so that every object has
    // annotations.
    if (metadata?.isMap === true && metadata.get('annotations') === undefined)
      metadata.set('annotations', emptyMap(metadata.place));
    applyJsonPatch(resource.node, level.nodeOf(document), level.context);
    if (metadata?.get('annotations')?.entries.size === 0) metadata.delete('annotations');
  }
}

/**
 * A patch without target applies to the object that it names. If the object is missing, that is reported only if the
 * entry itself is correct.
 */
function mergeByName(
  level: Level,
  resources: readonly Resource[],
  document: LoadedDocument,
  entry: BuildNode,
  tellsMissing = true,
): Resource[] {
  const patch = level.mergeOf(document);
  if (patch.isNull) return [...resources];
  const id = resourceId(
    patch.textAt('apiVersion'),
    patch.textAt('kind'),
    patch.textAt('metadata', 'name'),
    patch.textAt('metadata', 'namespace'),
  );
  const matching = resources.filter((resource) => [...resource.previous, resource.id].some((one) => isSameId(one, id)));
  const [only] = matching;
  if (only === undefined || matching.length > 1) {
    if (tellsMissing)
      level.missingTarget(
        patch.place,
        entry.place,
        patchTargetMessage(idText(id), matching.length, resources, id.name),
      );
    return [...resources];
  }
  return mergeInto(level, resources, [only], patch, allowed(entry));
}

function patchTargetMessage(name: string, matches: number, resources: readonly Resource[], plainName: string): string {
  if (matches > 1)
    return `The patch names ${name}, and ${matches} objects have that name, so kustomize refuses to build`;
  const named = resources.filter(({ firstId, name: last }) => firstId.name === plainName || last === plainName);
  const near = named.find(({ kind }) => name.startsWith(`${kind} `)) ?? named[0];
  const hint =
    near === undefined
      ? ''
      : `; there is ${near.apiVersion} ${idText(near.firstId)}: apiVersion, kind, name and namespace must all be equal`;
  return `The patch names ${name}, which is not among the resources, so kustomize refuses to build${hint}`;
}

function mergeSelected(
  level: Level,
  resources: readonly Resource[],
  document: LoadedDocument,
  target: BuildNode,
  entry: BuildNode,
): Resource[] {
  return mergeInto(level, resources, selected(level, resources, target), level.mergeOf(document), allowed(entry));
}

/**
 * The resources that a target selects. None is not a fault for kustomize, but one that names a single object is likely to
 * be meant for it. Components are for many kustomizations, not all of which have the object.
 */
function selected(level: Level, resources: readonly Resource[], target: BuildNode): readonly Resource[] {
  const found = selectResources(resources, target, level.context);
  const [kind, name] = [target.textAt('kind'), target.textAt('name')];
  const isComponent = level.kustomization.textAt('kind') === 'Component';
  if (found?.length !== 0 || isComponent || !/^[\w-]+$/.test(kind + name) || name === '') return found ?? [];
  const near = nearest(name, namesOf(resources, kind));
  if (near !== undefined && near !== name && level.context.knowsAll)
    level.context.problem(
      target.place,
      `The target of the patch, ${kind === '' ? '' : `${kind} `}${name}, is not among the resources, so the patch changes nothing: did you mean ${JSON.stringify(near)}?`,
      { severity: 'warning' },
    );
  return [];
}

/** The names of the resources of a kind. */
function namesOf(resources: readonly Resource[], kind: string): string[] {
  return resources.flatMap((resource) =>
    kind === '' || resource.kind === kind ? [resource.firstId.name, resource.name] : [],
  );
}

/** Whether a patch may change the name and kind of its target. */
interface Allowed {
  readonly name: boolean;
  readonly kind: boolean;
}

function allowed(entry: BuildNode): Allowed {
  return {
    name: entry.get('options', 'allowNameChange')?.scalar === true,
    kind: entry.get('options', 'allowKindChange')?.scalar === true,
  };
}

function mergeInto(
  { context }: Level,
  resources: readonly Resource[],
  selected: readonly Resource[],
  patch: BuildNode,
  allows: Allowed,
): Resource[] {
  const deleted = new Set<Resource>();
  for (const resource of selected) {
    const { apiVersion, kind, node } = resource;
    if (allows.name || allows.kind) resource.keepId();
    const own = identity(node);
    const merged = mergePatch(node, withoutIdentity(patch, allows), { apiVersion, kind }, context);
    if (merged === undefined) deleted.add(resource);
    else resource.node = restored(merged, own);
  }
  return resources.filter((resource) => !deleted.has(resource));
}

/** What a patch that replaces the whole object must keep. */
function identity(node: BuildNode): ReadonlyMap<string, BuildNode | undefined> {
  return new Map([
    ['apiVersion', node.get('apiVersion')],
    ['kind', node.get('kind')],
    ['name', node.get('metadata', 'name')],
    ['namespace', node.get('metadata', 'namespace')],
  ]);
}

function restored(node: BuildNode, own: ReadonlyMap<string, BuildNode | undefined>): BuildNode {
  for (const [key, value] of own) {
    const holder = key === 'name' || key === 'namespace' ? node.get('metadata') : node;
    if (value !== undefined && holder?.get(key) === undefined) holder?.set(key, value);
  }
  return node;
}

/** A copy of the patch without the fields that only identify its object. */
function withoutIdentity(patch: BuildNode, allows: Allowed): BuildNode {
  const copy = patch.clone();
  copy.delete('apiVersion');
  if (!allows.kind) copy.delete('kind');
  const metadata = copy.get('metadata');
  if (!allows.name) metadata?.delete('name');
  metadata?.delete('namespace');
  return copy;
}
