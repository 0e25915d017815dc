import { posix } from 'node:path';
import type { KustomizeFile, KustomizeFiles } from '../kustomize/types.js';
import type { SourceText } from '../manifests/types.js';
import { GitTree } from './git.js';
import { isIgnoredBy } from './ignored.js';

/**
 * The files of a revision, for its kustomizations; paths are relative to the directory. The tree is listed only when a
 * kustomization first needs it. `texts`: files of the revision that have already been read.
 */
export function gitFiles(revision: string, texts: readonly SourceText[], directory: string): KustomizeFiles {
  const prefix = `git:${revision}:`;
  const known = new Map<string, KustomizeFile>(texts.map((source) => [source.name.slice(prefix.length), { source }]));
  let tree: GitTree | undefined;
  let folders: ReadonlySet<string> | undefined;
  const list = (): GitTree => (tree ??= new GitTree(revision, directory));
  const real = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '');
  return {
    prefix,
    real,
    isMade: (path) => isIgnoredBy(real(path), (file) => readFrom(list(), file).source?.text),
    kindOf: (path) => {
      folders ??= foldersOf(list().paths);
      if (folders.has(real(path))) return 'directory';
      return known.has(real(path)) || list().has(real(path)) ? 'file' : undefined;
    },
    read: (path) => {
      const name = real(path);
      const file = known.get(name) ?? readFrom(list(), name);
      known.set(name, file);
      return file;
    },
  };
}

function readFrom(tree: GitTree, path: string): KustomizeFile {
  const { texts, problem } = tree.read(path);
  const source = texts?.[0];
  return source === undefined ? { problem: problem ?? 'it is not text' } : { source };
}

function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set(['.']);
  for (const path of paths)
    for (let folder = posix.dirname(path); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  return folders;
}
