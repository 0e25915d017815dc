import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Minimatch } from 'minimatch';

/** How many patterns the braces of one pattern may expand to, so that `{a,b}{c,d}…` cannot exhaust memory. */
const mostAlternatives = 1000;
/** The longest pattern that the library accepts; no path is longer. */
const longestPattern = 65_536;

/** How many names are examined at most: links to directories can turn a few files into very many paths. */
const mostNames = 2_000_000;

export interface GlobResult {
  readonly matches: readonly string[];
  /** Why there are no paths, if the pattern itself is wrong. */
  readonly message?: string;
  /** The directory before the first star, bracket or brace of the pattern. */
  readonly base: string;
}

/**
 * Files and directories that match a pattern of `*`, `**`, `?`, `[a-z]` and `{a,b}`, sorted bytewise. `*` and `**` do
 * not match `node_modules` or names that begin with a dot. Links to directories are followed, except by `**`.
 */
export function expandGlob(pattern: string): GlobResult {
  const parts = pattern.replace(/\/+$/, '').split('/');
  const fixed = parts.findIndex((part) => /[*?{[]/.test(part));
  const rest = parts.slice(fixed);
  const base = parts.slice(0, fixed).join('/') + (fixed > 0 ? '/' : '');
  const glob = new Minimatch(rest.join('/').slice(0, longestPattern), {
    nonegate: true,
    nocomment: true,
    noext: true,
    braceExpandMax: mostAlternatives + 1,
  });
  if (glob.globSet.length > mostAlternatives)
    return { matches: [], base, message: `the pattern's braces expand to more than ${mostAlternatives} patterns` };
  const anyDepth = rest.findIndex((part) => part.includes('**'));
  const search = new Search(glob, rest.at(-1) ?? '', anyDepth === -1 ? rest.length : anyDepth);
  search.below(base, '', 0);
  if (search.names > mostNames)
    return { matches: [], base, message: `the pattern expands to more than ${mostNames} names` };
  return { base, matches: search.matches.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
}

class Search {
  readonly matches: string[] = [];
  names = 0;

  constructor(
    private readonly glob: Minimatch,
    private readonly last: string,
    /** Links to directories are followed above this depth only: that of the pattern's first `**`. */
    private readonly followed: number,
  ) {}

  /** `path` is relative to `base`; it is empty or ends in a slash. */
  below(base: string, path: string, depth: number): void {
    if (this.names > mostNames) return;
    const names = namesIn(base + path);
    this.names += names.length + 1;
    for (const { name, directory, link } of names) {
      const own = path + name;
      if (this.glob.match(own) && (directory || this.isWanted(name))) this.matches.push(join(base, own));
      if (directory && depth < deepest && (!link || depth < this.followed) && this.glob.match(own, true))
        this.below(base, `${own}/`, depth + 1);
    }
  }

  /** A pattern that does not restrict the file name matches manifests only. */
  private isWanted(name: string): boolean {
    return !/^[*?]+$/.test(this.last) || /\.(?:ya?ml|json)$/i.test(name);
  }
}

/** A limit for circular links; real manifests are never nested this deep. */
const deepest = 100;

interface Name {
  readonly name: string;
  readonly directory: boolean;
  readonly link: boolean;
}

function namesIn(directory: string): Name[] {
  try {
    return readdirSync(directory === '' ? '.' : directory, { withFileTypes: true })
      .filter(({ name }) => name !== 'node_modules')
      .map((entry) => ({
        name: entry.name,
        link: entry.isSymbolicLink(),
        directory: entry.isSymbolicLink() ? isDirectory(join(directory, entry.name)) : entry.isDirectory(),
      }));
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
