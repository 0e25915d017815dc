import { posix } from 'node:path';
import type { SourceText } from '../manifests/types.js';
import type { KustomizeFile, KustomizeFiles } from './types.js';

/** Texts by name, as a file system that contains nothing else. */
export function memoryFiles(sources: readonly SourceText[]): KustomizeFiles {
  const files = new Map<string, SourceText>();
  const folders = new Set<string>(['.']);
  for (const source of sources) {
    const path = posix.normalize(source.name);
    files.set(path, source);
    for (let folder = posix.dirname(path); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  }
  const real = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '');
  return {
    prefix: '',
    real,
    isMade: () => false,
    kindOf: (path) => (files.has(real(path)) ? 'file' : folders.has(real(path)) ? 'directory' : undefined),
    read: (path): KustomizeFile => {
      const source = files.get(real(path));
      return source === undefined ? { problem: 'it is not in the inputs' } : { source };
    },
  };
}
