import type { ManifestObject } from '../../manifests/types.js';

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
