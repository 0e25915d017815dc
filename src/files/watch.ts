import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How long to wait after the last event, in milliseconds: editors write a file in several steps. */
const settles = 150;

/** A watch that can be closed. */
interface Watch {
  close(): void;
}

/**
 * Calls `changed` when one of these files changes, or anything in one of these directories. For a pattern, the
 * directory that it begins with is watched. Paths that cannot be watched are skipped.
 */
export function watchFiles(paths: readonly string[], changed: () => void): Watch {
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, settles);
  };
  const watchers = [...new Set(paths)].flatMap((path) => watchPath(path, soon));
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Watches a file through its directory, because editors replace the file. */
function watchPath(path: string, soon: () => void): FSWatcher[] {
  const existing = existsSync(path) ? path : patternBase(path);
  const isDirectory = statSync(existing, { throwIfNoEntry: false })?.isDirectory() === true;
  const name = isDirectory ? undefined : basename(existing);
  try {
    const watcher = watch(isDirectory ? existing : dirname(existing), { recursive: isDirectory }, (_, changed) => {
      if (name === undefined || changed === name) soon();
    });
    watcher.on('error', () => {
      watcher.close();
    });
    return [watcher];
  } catch {
    return [];
  }
}

/** The directory that a pattern begins with. */
function patternBase(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?{[]/.test(part));
  return first <= 0 ? '.' : join(...parts.slice(0, first), '.') || '/';
}
