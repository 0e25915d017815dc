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
 * Writes a file so that it has either its old or its complete new content: to a temporary file beside it, flushed, then
 * renamed over it. For a symbolic link, its target is replaced. Anything but a regular file (`/dev/stdout`) is written
 * directly. Throws the operating system's error and leaves no temporary file.
 */
export function writeFileAtomically(path: string, chunks: Iterable<string | Uint8Array>): void {
  writeFilesAtomically([[path, chunks]]);
}

/** Writes several files; none appears before all have been written completely. Creates missing directories. */
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

/** Writes files by name into a directory, which is created if missing; see `writeFilesAtomically`. */
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
 * Creates directories one by one: in Node 20, the recursive mode never returns under /proc, where every new directory
 * reports that it does not exist.
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

/** Joins small chunks (such as one rule each), so that each does not cost a system call. */
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
