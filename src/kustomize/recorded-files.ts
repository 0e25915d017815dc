import type { SourceText } from '../manifests/types.js';
import type { KustomizeFiles } from './types.js';

/** Files with a record of those that were read, by requested path, not by the target of links. */
export interface RecordedFiles {
  readonly files: KustomizeFiles;
  readonly read: ReadonlyMap<string, SourceText>;
}

/** The same files; every text that is read is recorded. */
export function recordedFiles(files: KustomizeFiles): RecordedFiles {
  const read = new Map<string, SourceText>();
  return {
    read,
    files: {
      prefix: files.prefix,
      real: (path) => files.real(path),
      kindOf: (path) => files.kindOf(path),
      isMade: (path) => files.isMade(path),
      read: (path) => {
        const file = files.read(path);
        if (file.source !== undefined) read.set(path, { ...file.source, name: path });
        return file;
      },
    },
  };
}
