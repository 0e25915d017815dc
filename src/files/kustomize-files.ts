import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KustomizeFile, KustomizeFiles } from '../kustomize/types.js';
import type { SourceText } from '../manifests/types.js';
import { decode } from './decode.js';
import { isIgnoredBy } from './ignored.js';
import { WrittenPaths } from './written-by.js';
import { explainError } from './unreadable.js';

/** The largest file of a kustomization that is read; real ones are far smaller. */
const largest = 64 * 1024 * 1024;

/** The files on disk. Files already read as inputs are not read again. */
export function diskFiles(inputs: readonly SourceText[]): KustomizeFiles {
  return new DiskFiles(inputs);
}

class DiskFiles implements KustomizeFiles {
  readonly prefix = '';
  readonly #known = new Map<string, KustomizeFile>();
  readonly #kinds = new Map<string, 'file' | 'directory' | undefined>();
  readonly #reals = new Map<string, string>();
  readonly #scripts = {
    namesIn: namesOnDisk,
    read: (file: string): string | undefined => this.read(file).source?.text,
    isTop: (folder: string): boolean => this.kindOf(`${folder}/.git`) !== undefined,
  };
  readonly #written = new WrittenPaths(this.#scripts);

  constructor(inputs: readonly SourceText[]) {
    for (const source of inputs) if (source.name !== '<stdin>') this.#known.set(this.real(source.name), { source });
  }

  kindOf(path: string): 'file' | 'directory' | undefined {
    if (!this.#kinds.has(path)) this.#kinds.set(path, kindOnDisk(path));
    return this.#kinds.get(path);
  }

  read(path: string): KustomizeFile {
    const real = this.real(path);
    const known = this.#known.get(real) ?? readOnDisk(path);
    this.#known.set(real, known);
    return known;
  }

  isMade(path: string): boolean {
    const { read, isTop } = this.#scripts;
    return isIgnoredBy(resolve(path), read, isTop) || this.#written.has(resolve(path));
  }

  real(path: string): string {
    const known = this.#reals.get(path) ?? realOnDisk(path);
    this.#reals.set(path, known);
    return known;
  }
}

function kindOnDisk(path: string): 'file' | 'directory' | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true ? 'directory' : stats?.isFile() === true ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

function realOnDisk(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function namesOnDisk(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readOnDisk(path: string): KustomizeFile {
  try {
    const { size } = statSync(path);
    if (size > largest) return { problem: `it has ${Math.round(size / 1048576)} MB` };
    const decoded = decode(path, readFileSync(path));
    return 'finding' in decoded
      ? { problem: 'it is not text' }
      : { source: { name: path, text: decoded.text, found: true } };
  } catch (error) {
    return { problem: explainError(error) };
  }
}
