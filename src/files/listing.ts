import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { boundary, realOf } from './links.js';

/**
 * The names in one directory, without hidden ones, sorted bytewise. `outside` lists symbolic links that lead out of
 * both it and the working directory; they are in neither of the other lists. Throws the operating system's error.
 */
export function namesIn(directory: string): {
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly outside: readonly string[];
} {
  const isInside = boundary(directory);
  const names = readdirSync(directory)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const kind = (name: string): 'directory' | 'file' | 'outside' | 'other' => {
    const real = realOf(join(directory, name));
    if (real !== undefined && !isInside(real)) return 'outside';
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return 'directory';
    return stats?.isFile() === true ? 'file' : 'other';
  };
  const kinds = new Map(names.map((name) => [name, kind(name)]));
  const those = (wanted: string): string[] => names.filter((name) => kinds.get(name) === wanted);
  return { files: those('file'), directories: those('directory'), outside: those('outside') };
}

/** Removes files; one that does not exist is not an error. Throws the operating system's error. */
export function removeFiles(paths: Iterable<string>): void {
  for (const path of paths) rmSync(path, { force: true });
}

/** The paths of the regular files directly in a directory; none if it is not a directory. */
export function directoryFiles(path: string): string[] {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    ? namesIn(path).files.map((name) => join(path, name))
    : [];
}
