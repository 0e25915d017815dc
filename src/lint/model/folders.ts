import type { ManifestObject } from '../../manifests/types.js';
import { addToGroup } from '../../diagnostics/groups.js';

/** The folder of a file, with a trailing slash; `''` for a bare name. */
export function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** A folder and its ancestors, nearest first and `''` last. */
export function foldersAbove(folder: string): string[] {
  const folders = [folder];
  for (let rest = folder; rest !== '';) folders.push((rest = folderOf(rest.slice(0, -1))));
  return folders;
}

/** The nearest folder that contains both files. */
export function commonFolder(first: string, second: string): string {
  const folder = folderOf(first);
  if (second.startsWith(folder)) return folder;
  return foldersAbove(folder).find((above) => second.startsWith(above)) ?? '';
}

export function folderOfObject({ source }: ManifestObject): string {
  return folderOf(source.name);
}

/** Items by file and by folder, each with the namespace: `${place}\0${namespace}`. */
export function byPlace<Item extends { readonly object: ManifestObject; readonly namespace: string }>(
  items: readonly Item[],
): Map<string, Item[]> {
  const places = new Map<string, Item[]>();
  for (const item of items)
    for (const place of [item.object.source.name, folderOfObject(item.object)])
      addToGroup(places, `${place}\0${item.namespace}`, item);
  return places;
}
