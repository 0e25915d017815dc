import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Why a symbolic link that was come across is not followed. */
export const leadsOut = 'a symbolic link that leads out of the directory given and of the working directory';

/**
 * Says which real paths may be read where they are only come across: those below `root` or the working directory. A
 * link that somebody puts into a repository must not show files of the machine that reviews it.
 */
export function boundary(root: string): (realPath: string) => boolean {
  const inside = [realOf(root), realOf('.')].filter((path) => path !== undefined);
  return (realPath) =>
    inside.some((path) => realPath === path || realPath.startsWith(path.endsWith(sep) ? path : path + sep));
}

/** The path without symbolic links; undefined where it cannot be found out. */
export function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
