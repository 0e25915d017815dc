import { existsSync, realpathSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** How long to wait after the last event, in milliseconds: editors write a file in several steps. */
const settles = 150;

/** A watch that can be closed. */
interface Watch {
  close(): void;
}

/**
 * Calls `changed` when one of these files changes, or anything in one of these directories. For a pattern, the
 * directory that it begins with is watched; for a path that is not there, the one in which it would appear; for a
 * symbolic link, also what it leads to. Paths that cannot be watched are skipped.
 */
export function watchFiles(paths: readonly string[], changed: () => void): Watch {
  let timer: NodeJS.Timeout | undefined;
  let watchers: readonly FSWatcher[] = [];
  const watched = new Set(paths.flatMap((path) => [path, ...(existsSync(path) ? [realpathSync(path)] : [])]));
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      begin();
      changed();
    }, settles);
  };
  const end = (): void => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
  // Watched anew after each change: a directory may have been replaced, as by git checkout.
  const begin = (): void => {
    end();
    watchers = [...watched].flatMap((path) => watchPath(path, soon));
  };
  begin();
  return { close: end };
}

/** Watches a file through its directory, because editors replace the file; a directory also through the one above. */
function watchPath(path: string, soon: () => void): FSWatcher[] {
  const wanted = resolve(existsSync(path) ? path : patternBase(path));
  const existing = nearestExisting(wanted);
  const isDirectory = statSync(existing, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isDirectory && existing === wanted)
    return [...watchDirectory(existing, undefined, soon), ...watchDirectory(dirname(existing), existing, soon)];
  return watchDirectory(isDirectory ? existing : dirname(existing), wanted, soon);
}

/** `wanted`: a path in or below the directory, if nothing else counts; otherwise all below counts. */
function watchDirectory(directory: string, wanted: string | undefined, soon: () => void): FSWatcher[] {
  // What leads to the path; or the directory itself, which is gone.
  const names = wanted === undefined ? [] : [relative(directory, wanted).split('/')[0], basename(directory)];
  try {
    const watcher = watch(directory, { recursive: wanted === undefined }, (_, changed) => {
      if (wanted === undefined || changed === null || names.includes(changed)) soon();
    });
    watcher.on('error', () => {
      watcher.close();
    });
    return [watcher];
  } catch {
    return [];
  }
}

/** The directory that a pattern begins with; a path without a pattern as it is. */
function patternBase(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?{[]/.test(part));
  if (first === -1) return pattern;
  return first === 0 ? '.' : join(...parts.slice(0, first), '.') || '/';
}

/** A path, or the nearest directory above that is there. */
function nearestExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestExisting(above);
}
