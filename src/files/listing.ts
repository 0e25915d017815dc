import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The names in one directory, hidden ones left out, sorted bytewise. Throws the operating system's error. */
export function namesIn(directory: string): {
  readonly files: readonly string[];
  readonly directories: readonly string[];
} {
  const names = readdirSync(directory)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const kind = (name: string): 'directory' | 'file' | 'other' => {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return 'directory';
    return stats?.isFile() === true ? 'file' : 'other';
  };
  return {
    files: names.filter((name) => kind(name) === 'file'),
    directories: names.filter((name) => kind(name) === 'directory'),
  };
}

/** Removes files; one that is gone already is no failure. Throws the operating system's error. */
export function removeFiles(paths: Iterable<string>): void {
  for (const path of paths) rmSync(path, { force: true });
}

/** The plain files right in a directory, with its path before them; none where it is no directory. */
export function directoryFiles(path: string): string[] {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    ? namesIn(path).files.map((name) => join(path, name))
    : [];
}
