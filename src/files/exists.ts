import { existsSync } from 'node:fs';

/** Whether the path exists: for arguments that may be a file or something else. */
export function pathExists(path: string): boolean {
  return path !== '' && existsSync(path);
}
