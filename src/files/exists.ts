import { existsSync } from 'node:fs';

/** Whether anything goes by this path: for arguments that may be an input or something else. */
export function pathExists(path: string): boolean {
  return path !== '' && existsSync(path);
}
