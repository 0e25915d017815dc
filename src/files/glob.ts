import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Minimatch } from 'minimatch';

/** Patterns that braces may stand for, so that `{a,b}{c,d}…` cannot flood memory. */
const mostAlternatives = 1000;
/** What the library takes; no path is longer. */
const longestPattern = 65_536;

/** Names that are looked at: links to directories make many paths of few names. */
const mostNames = 2_000_000;

export interface GlobResult {
  readonly matches: readonly string[];
  /** Why there are none, where it is the pattern's fault. */
  readonly message?: string;
  /** The directory that the pattern names before its first star, bracket or brace. */
  readonly base: string;
}

/**
 * Files and directories that match a pattern of `*`, `**`, `?`, `[a-z]` and `{a,b}`, sorted bytewise. `*` and `**` pass
 * over names that begin with a dot and `node_modules`; links to directories are followed but by `**`.
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
    return { matches: [], base, message: `the pattern's braces stand for more than ${mostAlternatives} patterns` };
  const anyDepth = rest.findIndex((part) => part.includes('**'));
  const search = new Search(glob, rest.at(-1) ?? '', anyDepth === -1 ? rest.length : anyDepth);
  search.below(base, '', 0);
  if (search.names > mostNames)
    return { matches: [], base, message: `the pattern makes more than ${mostNames} names to be looked at` };
  return { base, matches: search.matches.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
}

class Search {
  readonly matches: string[] = [];
  names = 0;

  constructor(
    private readonly glob: Minimatch,
    private readonly last: string,
    /** So many directories deep links are followed. */
    private readonly followed: number,
  ) {}

  /** `path` is relative to `base`, and ends in a slash or is empty. */
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

  /** A pattern that says nothing of a name means manifests. */
  private isWanted(name: string): boolean {
    return !/^[*?]+$/.test(this.last) || /\.(?:ya?ml|json)$/i.test(name);
  }
}

/** Nobody nests manifests further; links in a circle would. */
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
