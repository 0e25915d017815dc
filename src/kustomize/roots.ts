import { append } from '../diagnostics/extremes.js';
import { posix } from 'node:path';
import { fluxComponents, type FluxAdditions } from './flux.js';
import { isObject } from '../manifests/values.js';
import type { Json, SourceText } from '../manifests/types.js';
import type { Workspace } from './workspace.js';

/**
 * The kustomizations that no other one uses, in reading order: those that people build. Of a circle of kustomizations,
 * the first one is chosen.
 */
export function rootsAmong(
  kustomizations: readonly SourceText[],
  workspace: Workspace,
  flux: FluxAdditions,
): SourceText[] {
  const folders = new Map(kustomizations.map((source) => [workspace.real(workspace.folderOf(source)), source]));
  const uses = new Map(
    [...folders].map(([folder, source]) => [
      folder,
      [...usedFolders(source, workspace), ...usedByFlux(folder, workspace, flux)],
    ]),
  );
  const used = new Set([...uses.values()].flat());
  const roots = [...folders.keys()].filter((folder) => !used.has(folder));
  const reached = new Set<string>();
  const reach = (start: string): void => {
    for (const open = [start]; open.length > 0;) {
      const folder = open.pop() ?? '';
      if (reached.has(folder)) continue;
      reached.add(folder);
      append(open, uses.get(folder) ?? []);
    }
  };
  roots.forEach(reach);
  for (const folder of folders.keys()) {
    if (reached.has(folder)) continue;
    roots.push(folder);
    reach(folder);
  }
  const chosen = new Set(roots.map((folder) => folders.get(folder)));
  return kustomizations.filter((source) => chosen.has(source));
}

function usedFolders(source: SourceText, workspace: Workspace): string[] {
  const folder = workspace.folderOf(source);
  const value = workspace.documents(source).documents[0]?.value;
  if (!isObject(value)) return [];
  return ['resources', 'bases', 'components'].flatMap((field) =>
    textsIn(value[field])
      .map((text) => posix.join(folder, text))
      .filter((path) => workspace.kindOf(path) === 'directory')
      .map((path) => workspace.real(path)),
  );
}

function usedByFlux(folder: string, workspace: Workspace, flux: FluxAdditions): string[] {
  return fluxComponents(folder, flux.get(folder) ?? []).map((path) => workspace.real(path));
}

function textsIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
}
