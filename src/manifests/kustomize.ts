import { posix } from 'node:path';
import type { Json, SourceText } from './types.js';
import { readDocumentText } from './document.js';
import { isObject } from './skip.js';
import { splitDocuments } from './stream.js';

/** Whether a file tells kustomize what to build; it is no object for a cluster. */
export function isKustomization(source: SourceText): boolean {
  return /(?:^|[/\\])kustomization\.ya?ml$/.test(source.name);
}

/**
 * The files among `sources` that a kustomization beside them applies as patches, with that kustomization's name. A
 * patch is a part of an object, and would look like a broken one.
 */
export function patchFiles(sources: readonly SourceText[]): ReadonlyMap<string, string> {
  const patches = new Map<string, string>();
  for (const source of sources.filter(isKustomization)) {
    const span = splitDocuments(source.text)[0];
    const value = span && readDocumentText(source.text, span).value;
    if (value === undefined || !isObject(value)) continue;
    for (const path of patchPaths(value)) patches.set(posix.join(posix.dirname(source.name), path), source.name);
  }
  return patches;
}

/** A file's name as `patchFiles` has it. */
export function normalName(source: SourceText): string {
  return posix.normalize(source.name);
}

function patchPaths(kustomization: Readonly<Record<string, Json | undefined>>): string[] {
  return ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((field) => {
    const entries = kustomization[field];
    return Array.isArray(entries) ? (entries as readonly Json[]).flatMap(pathOf) : [];
  });
}

function pathOf(entry: Json): string[] {
  const path = isObject(entry) ? entry.path : entry;
  return typeof path === 'string' && !path.includes('\n') ? [path] : [];
}
