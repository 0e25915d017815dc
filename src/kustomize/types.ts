import type { SourceText } from '../manifests/types.js';

/** The result of reading one file that a kustomization names. */
export type KustomizeFile =
  | { readonly source: SourceText; readonly problem?: undefined }
  | { readonly source?: undefined; readonly problem: string };

/**
 * The files around kustomizations. Paths use slashes, are absolute or relative to the working directory, with `.` and
 * `..` resolved where possible. Never throws.
 */
export interface KustomizeFiles {
  /** A prefix of the names of texts that is not part of their paths; `''` if names are paths. */
  readonly prefix: string;
  /** What is at a path, following symbolic links; undefined if nothing is. */
  kindOf(path: string): 'file' | 'directory' | undefined;
  /** The text of a file (the same object for the same file), or in a few words why it cannot be read. */
  read(path: string): KustomizeFile;
  /** Whether a missing path is made before a build: a `.gitignore` above it ignores it, or a script writes it. */
  isMade(path: string): boolean;
  /** The path with symbolic links resolved, to recognise two paths of the same file or folder. */
  real(path: string): string;
}
