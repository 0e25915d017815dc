import { posix } from 'node:path';
import { Minimatch } from 'minimatch';

/** How many lines of a `.gitignore` are read; real ones are far shorter. */
const mostLines = 2000;
const longestLine = 500;

/**
 * Whether the `.gitignore` files above a path keep it out of the repository (gitignore(5)). In each file the last
 * matching pattern decides, a nearer file overrides a farther one, and everything in an ignored folder is ignored.
 * `read` returns a file's text; `isTop` says whether a folder is the repository's root. Paths use slashes.
 */
export function isIgnoredBy(
  path: string,
  read: (file: string) => string | undefined,
  isTop: (folder: string) => unknown = () => false,
): boolean {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const text = read(posix.join(folder, '.gitignore'));
    const ignored = text === undefined ? undefined : decision(patternsOf(text), posix.relative(folder, path));
    if (ignored !== undefined) return ignored;
    if (isTop(folder) || folder === posix.dirname(folder)) return false;
  }
}

interface Pattern {
  readonly isNegated: boolean;
  readonly glob: Minimatch;
}

function patternsOf(text: string): Pattern[] {
  return text
    .split(/\r?\n/, mostLines)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#') && line.length <= longestLine)
    .map(patternOf);
}

/** A pattern with no slash, except at its end, matches names in any folder below. */
function patternOf(line: string): Pattern {
  const isNegated = line.startsWith('!');
  const body = line.slice(isNegated ? 1 : 0).replace(/\/+$/, '');
  const glob = body.includes('/') ? body.replace(/^\//, '') : `**/${body}`;
  const options = { dot: true, nobrace: true, noext: true, nonegate: true, nocomment: true };
  return { isNegated, glob: new Minimatch(glob, options) };
}

/** What the patterns of one file decide about a path; undefined if none matches. */
function decision(patterns: readonly Pattern[], path: string): boolean | undefined {
  const parts = path.split('/');
  let decided: boolean | undefined;
  for (const index of parts.keys()) {
    const upTo = parts.slice(0, index + 1).join('/');
    const last = patterns.findLast(({ glob }) => glob.match(upTo));
    if (last === undefined) continue;
    decided = !last.isNegated;
    if (decided && index < parts.length - 1) return true;
  }
  return decided;
}
