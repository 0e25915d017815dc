import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

let counter = 0;

/**
 * Writes a file so that it is either as before or whole: to a temporary file beside it, flushed, then renamed over it.
 * A symbolic link's target is replaced, not the link; what is no regular file (`/dev/stdout`) is written to directly.
 * Throws the operating system's error, with nothing left behind.
 */
export function writeFileAtomically(path: string, chunks: Iterable<string | Uint8Array>): void {
  writeFilesAtomically([[path, chunks]]);
}

/**
 * Writes several files, none of which appears before all have been written in full. Directories that are missing are
 * made.
 */
export function writeFilesAtomically(
  files: Iterable<readonly [path: string, chunks: Iterable<string | Uint8Array>]>,
): void {
  const staged: { temporary: string; target: string }[] = [];
  try {
    for (const [path, chunks] of files) stage(path, chunks, staged);
    for (const { temporary, target } of staged) renameSync(temporary, target);
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes files by name into a directory, which is made where it is missing; see `writeFilesAtomically`. */
export function writeDirectoryAtomically(
  directory: string,
  files: Iterable<readonly [name: string, chunks: Iterable<string | Uint8Array>]>,
): void {
  const paths = [...files].map(([name, chunks]) => [join(directory, name), chunks] as const);
  writeFilesAtomically(paths);
}

function stage(
  path: string,
  chunks: Iterable<string | Uint8Array>,
  staged: { temporary: string; target: string }[],
): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true)
    throw Object.assign(new Error(`EISDIR: ${path} is a directory`), { code: 'EISDIR', syscall: 'open' });
  if (stats !== undefined && !stats.isFile()) {
    writeTo(openSync(path, 'w'), chunks, false);
    return;
  }
  const target = existsSync(path) ? realpathSync(path) : path;
  makeDirectory(dirname(target));
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${counter++}.tmp`);
  const descriptor = openSync(temporary, 'wx', stats?.mode ?? 0o666);
  staged.push({ temporary, target });
  writeTo(descriptor, chunks, true);
}

/**
 * Directories made one by one: Node 20's recursive way never returns under /proc, which says of every new directory
 * that it does not exist.
 */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

function writeTo(descriptor: number, chunks: Iterable<string | Uint8Array>, flush: boolean): void {
  try {
    for (const chunk of gathered(chunks)) writeWhole(descriptor, chunk);
    if (flush) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length;) written += writeSync(descriptor, chunk, written);
}

/** Small chunks (a rule each, say) put together, so that each does not cost a system call. */
function* gathered(chunks: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let text = '';
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    if (typeof chunk === 'string' && text.length < 65536) continue;
    if (text !== '') yield Buffer.from(text);
    text = '';
    if (typeof chunk !== 'string') yield chunk;
  }
  if (text !== '') yield Buffer.from(text);
}
