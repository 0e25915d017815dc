import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Why a symbolic link found in a directory is not followed. */
export const leadsOut = 'a symbolic link that leads out of the directory given and of the working directory';

/**
 * Returns a test for real paths that were reached through a directory, not named by the user: only those below `root`
 * or the working directory may be read. A link in a repository must not expose files of the machine that reviews it.
 */
export function boundary(root: string): (realPath: string) => boolean {
  const inside = [realOf(root), realOf('.')].filter((path) => path !== undefined);
  return (realPath) =>
    inside.some((path) => realPath === path || realPath.startsWith(path.endsWith(sep) ? path : path + sep));
}

/** The path without symbolic links; undefined if it cannot be resolved. */
export function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
