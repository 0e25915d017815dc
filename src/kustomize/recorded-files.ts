import type { SourceText } from '../manifests/types.js';
import type { KustomizeFiles } from './types.js';

/** Files, and which of them were read so far: by what they are asked for, not by where links lead. */
export interface RecordedFiles {
  readonly files: KustomizeFiles;
  readonly read: ReadonlyMap<string, SourceText>;
}

/** The same files, of which each text that is read is kept. */
export function recordedFiles(files: KustomizeFiles): RecordedFiles {
  const read = new Map<string, SourceText>();
  return {
    read,
    files: {
      prefix: files.prefix,
      real: (path) => files.real(path),
      kindOf: (path) => files.kindOf(path),
      isIgnored: (path) => files.isIgnored(path),
      read: (path) => {
        const file = files.read(path);
        if (file.source !== undefined) read.set(path, { ...file.source, name: path });
        return file;
      },
    },
  };
}
