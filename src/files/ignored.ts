import { posix } from 'node:path';
import { Minimatch } from 'minimatch';

/** What of a `.gitignore` is looked at: real ones stay far below. */
const mostLines = 2000;
const longestLine = 500;

/**
 * Whether the `.gitignore` files above a path keep it out of the repository (gitignore(5)): in each the last pattern
 * that matches decides, a nearer file goes before a farther one, and what lies in an ignored folder is ignored. `read`
 * gives a file's text, `isTop` says where the repository ends. Paths have slashes.
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

/** A pattern without a slash but at its end means names in any folder below. */
function patternOf(line: string): Pattern {
  const isNegated = line.startsWith('!');
  const body = line.slice(isNegated ? 1 : 0).replace(/\/+$/, '');
  const glob = body.includes('/') ? body.replace(/^\//, '') : `**/${body}`;
  const options = { dot: true, nobrace: true, noext: true, nonegate: true, nocomment: true };
  return { isNegated, glob: new Minimatch(glob, options) };
}

/** What the patterns of one file say of a path; undefined where they say nothing. */
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
