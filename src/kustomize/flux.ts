import { addToGroup } from '../diagnostics/groups.js';
import { isObject } from '../manifests/values.js';
import type { Json, ManifestObject, SourceText } from '../manifests/types.js';
import { BuildNode, emptyList } from './node.js';
import { posix } from 'node:path';

/** Fields of a Flux Kustomization that replace a field of the kustomization in its path, by their names there. */
const replacing = { targetNamespace: 'namespace', namePrefix: 'namePrefix', nameSuffix: 'nameSuffix' } as const;

/** Fields with entries that it adds to those of the kustomization. */
const adding = ['components', 'patches', 'images'] as const;

/** How many builds of one kustomization Flux may ask for: one for each namespace, say. */
const mostBuilds = 32;

/** What Flux adds to kustomizations before it builds them, by their folders. */
export type FluxAdditions = ReadonlyMap<string, readonly ManifestObject[]>;

/**
 * The Flux Kustomizations (kustomize.toolkit.fluxcd.io) that change what is built of a kustomization, by its folder.
 * `spec.path` begins at the root of the repository, which may be above or below the working directory: a folder is meant
 * if it ends with that path; of several, the nearest one. Variables in paths match any name.
 */
export function fluxAdditions(objects: readonly ManifestObject[], folders: readonly string[]): FluxAdditions {
  const additions = new Map<string, ManifestObject[]>();
  const byEnd = new Map<string, string[]>();
  for (const folder of folders) for (const end of endsOf(folder)) addToGroup(byEnd, end, folder);
  const seen = new Map<string, Set<string>>();
  for (const object of objects) {
    if (object.kind !== 'Kustomization' || !object.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/')) continue;
    const spec = isObject(object.value.spec) ? object.value.spec : {};
    const wanted = [...Object.keys(replacing), ...adding].map((field) => spec[field] ?? null);
    const path = typeof spec.path === 'string' ? posix.normalize(spec.path).replace(/^\/+|\/+$/g, '') : '.';
    if (path === '.' || wanted.every((value) => value === null)) continue;
    const folder = nearest(object.source, byEnd.get(lastNames(path)) ?? [], path);
    if (folder === undefined) continue;
    const known = seen.get(folder) ?? new Set();
    const key = JSON.stringify(wanted);
    if (known.has(key) || known.size >= mostBuilds) continue;
    seen.set(folder, known.add(key));
    addToGroup(additions, folder, object);
  }
  return additions;
}

/** The last two names of a path, and the last one. */
function endsOf(path: string): readonly [string, string] {
  const name = posix.basename(path);
  return [`${posix.basename(posix.dirname(path))}/${name}`, name];
}

/** As many of the last two names of a path as are known. */
function lastNames(path: string): string {
  const [both, last] = endsOf(path);
  return !path.includes('/') || both.includes('${') ? last : both;
}

/** Of the folders that end with a path, the one with the most folders in common with a file. */
function nearest({ name }: SourceText, folders: readonly string[], path: string): string | undefined {
  const parts = path.split('/');
  const ending = folders.filter((folder) => {
    const last = folder.split('/').slice(-parts.length);
    return last.length === parts.length && last.every((part, index) => isPart(part, parts[index] ?? ''));
  });
  return ending.toSorted((one, other) => shared(other, name) - shared(one, name))[0];
}

function isPart(name: string, wanted: string): boolean {
  return name === wanted || wanted.includes('${');
}

/** How many folders two paths share at their beginning. */
function shared(folder: string, file: string): number {
  const [one, other] = [folder.split('/'), posix.normalize(file).split('/')];
  const different = one.findIndex((part, index) => part !== other[index]);
  return different < 0 ? one.length : different;
}

/** The folders of the components that Flux adds to a kustomization. */
export function fluxComponents(folder: string, objects: readonly ManifestObject[]): string[] {
  return objects.flatMap(({ value: { spec } }) => {
    const components: Json | undefined = isObject(spec) ? spec.components : undefined;
    return Array.isArray(components)
      ? (components as readonly Json[]).flatMap((text) => (typeof text === 'string' ? [posix.join(folder, text)] : []))
      : [];
  });
}

/** Changes a kustomization as Flux does before it builds it. */
export function addFromFlux(kustomization: BuildNode, object: ManifestObject): void {
  const spec = new BuildNode({ document: object, path: [] }, object.value).get('spec');
  for (const [field, name] of Object.entries(replacing)) {
    const given = spec?.get(field);
    if (given?.text !== undefined && given.text !== '') kustomization.set(name, given);
  }
  for (const field of adding) {
    const given = spec?.get(field);
    if (given === undefined || given.items.length === 0) continue;
    const list = kustomization.get(field) ?? emptyList(given.place);
    list.setItems([...list.items, ...given.items]);
    kustomization.set(field, list);
  }
}
