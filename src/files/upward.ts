import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path of the file `name` in the directory or its nearest ancestor; undefined if there is none. */
export function findUpward(directory: string, name: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    if (isFile(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
