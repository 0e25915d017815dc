import type { SourceText } from '../manifests/types.js';

/** What a file system answers about one file that a kustomization names. */
export type KustomizeFile =
  | { readonly source: SourceText; readonly problem?: undefined }
  | { readonly source?: undefined; readonly problem: string };

/**
 * The files around kustomizations. Paths are written with slashes, relative to the working directory or absolute, with
 * `.` and `..` resolved as far as they can be. Never throws.
 */
export interface KustomizeFiles {
  /** What the names of texts begin with that is no part of their paths; `''` where they are paths. */
  readonly prefix: string;
  /** What stands at a path, symbolic links followed; undefined where nothing does. */
  kindOf(path: string): 'file' | 'directory' | undefined;
  /** The text of a file, the same object for the same file; or why it cannot be read, in a few words. */
  read(path: string): KustomizeFile;
  /** Whether a `.gitignore` above a path that is not there keeps it out of the repository. */
  isIgnored(path: string): boolean;
  /** The path with symbolic links followed, by which two paths of one file or folder are told to be one. */
  real(path: string): string;
}
