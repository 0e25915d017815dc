import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Editors write a file in several steps: this many milliseconds after the last of them it counts as changed. */
const settles = 150;

/** A watch that can be ended. */
export interface Watch {
  close(): void;
}

/**
 * Calls `changed` when one of these files changes, or anything in one of these directories; of a pattern, anything in
 * the directory that it begins with. What cannot be watched is left out.
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

/** A file is watched by its directory, as editors put another in its place. */
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
