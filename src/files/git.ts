import { spawnSync } from 'node:child_process';
import type { SourceText } from '../manifests/types.js';
import { decode } from './decode.js';

/** Manifests kept in a revision, or why there are none, in one sentence. */
export type GitRead =
  | { readonly texts: readonly SourceText[]; readonly problem?: undefined }
  | { readonly texts?: undefined; readonly problem: string };

/** A file, or a folder with the manifests below it, as a revision of the repository around a directory has it. */
export interface GitPlace {
  readonly revision: string;
  /** Relative to the directory; `''` is the directory itself. */
  readonly path: string;
}

/** So much of a revision is read: far more than manifests take. */
const most = 512 * 1024 * 1024;

/**
 * Reads `git:REVISION:PATH`; undefined for a text of another form. What git would take for an option, and what no name
 * of a revision may hold (git-check-ref-format(1)), is refused with a message.
 */
export function parseGitPlace(text: string): GitPlace | { readonly problem: string } | undefined {
  if (!text.startsWith('git:')) return undefined;
  const colon = text.indexOf(':', 4);
  if (colon < 0) return { problem: 'a side in git is written git:REVISION:PATH, such as git:HEAD~1:k8s' };
  const [revision, path] = [text.slice(4, colon), text.slice(colon + 1)];
  if (!/^[A-Za-z0-9_@][A-Za-z0-9_./@^~{}+=,-]*$/.test(revision) || revision.length > 250)
    return {
      problem: 'the revision of a side in git must be a name or number of a commit, such as HEAD~1, main or v1.2.0',
    };
  if (/[\p{Cc}\\]/u.test(path) || path.startsWith('-') || path.startsWith('/'))
    return {
      problem: 'the path of a side in git is relative to the working directory and begins with no dash or slash',
    };
  return { revision, path };
}

/** Reads what a revision holds at a place, from git's own store: the work tree is neither read nor touched. */
export function readGit({ revision, path }: GitPlace, directory: string): GitRead {
  const commit = git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (commit.problem !== undefined) return commit;
  if (commit.status !== 0)
    return { problem: commit.told === '' ? `no revision ${revision} is known here` : commit.told };
  const listing = git(directory, [
    'ls-tree',
    '-r',
    '-z',
    '--end-of-options',
    commit.output.toString('latin1').trim(),
    path === '' ? '.' : path,
  ]);
  if (listing.problem !== undefined) return listing;
  if (listing.status !== 0) return { problem: listing.told };
  const blobs = blobsOf(listing.output.toString('utf8'), path);
  if (blobs.length === 0) return { problem: `${revision} has no manifest at ${path === '' ? 'this place' : path}` };
  return readBlobs(directory, revision, blobs);
}

interface Blob {
  readonly name: string;
  readonly id: string;
  readonly found: boolean;
}

/** Below a folder: what reading the folder from the disk would read. Symbolic links and submodules hold no text. */
function blobsOf(listing: string, path: string): Blob[] {
  return listing.split('\0').flatMap((entry): Blob[] => {
    const [, id = '', name = ''] = /^100\d{3} blob ([0-9a-f]{40,64})\t(.+)$/s.exec(entry) ?? [];
    if (name === '') return [];
    const found = name !== path.replace(/^\.\//, '');
    const isLeft =
      found &&
      (!/\.(?:ya?ml|json)$/i.test(name) ||
        name.split('/').some((part) => /^\.(?!\.?$)/.test(part) || part === 'node_modules'));
    return isLeft ? [] : [{ name, id, found }];
  });
}

function readBlobs(directory: string, revision: string, blobs: readonly Blob[]): GitRead {
  const read = git(directory, ['cat-file', '--batch'], blobs.map(({ id }) => `${id}\n`).join(''));
  if (read.problem !== undefined) return read;
  const texts: SourceText[] = [];
  let position = 0;
  for (const { name, found } of blobs) {
    const header = read.output.indexOf(10, position);
    const size = Number(/ blob (\d+)$/.exec(read.output.toString('latin1', position, header))?.[1]);
    if (header < 0 || !Number.isInteger(size))
      return { problem: `git does not hold ${name} of ${revision} (a shallow or partial clone lacks it)` };
    const shown = `git:${revision}:${name}`;
    const decoded = decode(shown, read.output.subarray(header + 1, header + 1 + size));
    if ('finding' in decoded) return { problem: `${shown}: ${decoded.finding.message}` };
    texts.push(found ? { name: shown, text: decoded.text, found } : { name: shown, text: decoded.text });
    position = header + size + 2;
  }
  return { texts };
}

/** The texts of a revision by their paths below a directory, read when they are asked for. */
export class GitTree {
  readonly #ids: ReadonlyMap<string, string>;

  constructor(
    private readonly revision: string,
    private readonly directory: string,
  ) {
    const listing = git(directory, ['ls-tree', '-r', '-z', '--end-of-options', revision, '.']);
    const entries = listing.problem === undefined && listing.status === 0 ? listing.output.toString('utf8') : '';
    this.#ids = new Map(
      entries.split('\0').flatMap((entry): [string, string][] => {
        const [, id = '', name = ''] = /^100\d{3} blob ([0-9a-f]{40,64})\t(.+)$/s.exec(entry) ?? [];
        return name === '' ? [] : [[name, id]];
      }),
    );
  }

  has(path: string): boolean {
    return this.#ids.has(path);
  }

  get paths(): Iterable<string> {
    return this.#ids.keys();
  }

  /** The text at a path, or why there is none. */
  read(path: string): GitRead {
    const id = this.#ids.get(path);
    return id === undefined
      ? { problem: `${this.revision} has no file ${path}` }
      : readBlobs(this.directory, this.revision, [{ name: path, id, found: true }]);
  }
}

type GitOutput =
  | { readonly output: Buffer; readonly status: number; readonly told: string; readonly problem?: undefined }
  | { readonly problem: string };

/** Never through a shell, never asking, never fetching; paths mean themselves, not patterns. */
function git(directory: string, words: readonly string[], input = ''): GitOutput {
  const { error, stdout, stderr, status } = spawnSync(
    'git',
    ['--no-pager', '--literal-pathspecs', '-c', 'core.fsmonitor=false', ...words],
    {
      cwd: directory,
      input,
      maxBuffer: most,
      shell: false,
      windowsHide: true,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' },
    },
  );
  if (error !== undefined)
    return {
      problem:
        'code' in error && error.code === 'ENOENT'
          ? 'git is needed for a side in git, and there is none'
          : `git cannot be run: ${error.message}`,
    };
  return {
    output: stdout,
    status: status ?? 1,
    told:
      stderr
        .toString('utf8')
        .split('\n')[0]
        ?.replace(/^fatal: /, '')
        .slice(0, 300) ?? '',
  };
}
