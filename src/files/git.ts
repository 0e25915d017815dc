import { spawnSync } from 'node:child_process';
import type { SourceText } from '../manifests/types.js';
import { decode } from './decode.js';
import { largestOf, largestTotal } from './inputs.js';

/** The manifests read from a revision, or in one sentence why there are none. */
type GitRead =
  | { readonly texts: readonly SourceText[]; readonly problem?: undefined }
  | { readonly texts?: undefined; readonly problem: string };

/** A file or folder in a revision of the repository that contains the working directory. */
interface GitPlace {
  readonly revision: string;
  /** Relative to the directory; `''` is the directory itself. */
  readonly path: string;
}

/** The most bytes that one git command may print: the limit for all files of a revision, plus a line for each. */
const most = largestTotal + 64 * 1024 * 1024;

/**
 * Reads `git:REVISION:PATH`; undefined for a text of another form. Rejects, with a message, revisions that git would
 * read as an option, and characters that git-check-ref-format(1) forbids in names.
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

/** Reads a file or folder of a revision from git's object store. The work tree is neither read nor changed. */
export function readGit({ revision, path }: GitPlace, directory: string): GitRead {
  const commit = git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (commit.problem !== undefined) return commit;
  if (commit.status !== 0)
    return { problem: commit.message === '' ? `there is no revision ${revision} here` : commit.message };
  const listing = git(directory, [
    'ls-tree',
    '-r',
    '-l',
    '-z',
    '--end-of-options',
    commit.output.toString('latin1').trim(),
    path === '' ? '.' : path,
  ]);
  if (listing.problem !== undefined) return listing;
  if (listing.status !== 0) return { problem: listing.message };
  const blobs = blobsOf(listing.output.toString('utf8'), path);
  if (blobs.length === 0) return { problem: `${revision} has no manifest at ${path === '' ? 'this place' : path}` };
  const tooMuch = sizeProblem(blobs);
  if (tooMuch !== undefined) return { problem: tooMuch };
  return readBlobs(directory, revision, blobs);
}

/** Applies the same size limits as for files on disk. */
function sizeProblem(blobs: readonly Blob[]): string | undefined {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1048576)} MB`;
  const large = blobs.find(({ name, size }) => size > largestOf(name));
  if (large !== undefined)
    return `${large.name} has ${megabytes(large.size)}, more than the ${megabytes(largestOf(large.name))} that are read per file`;
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  return total <= largestTotal
    ? undefined
    : `its manifests have ${megabytes(total)}, more than the ${megabytes(largestTotal)} that are read of one side: name a folder in it`;
}

interface Blob {
  readonly name: string;
  readonly id: string;
  /** In bytes; 0 if git does not have the object, in which case reading it reports the problem. */
  readonly size: number;
  readonly found: boolean;
}

/** The files that reading the same folder from disk would read. Symbolic links and submodules are left out. */
function blobsOf(listing: string, path: string): Blob[] {
  return listing.split('\0').flatMap((entry): Blob[] => {
    const blob = blobOf(entry);
    if (blob === undefined) return [];
    const { name } = blob;
    const found = name !== path.replace(/^\.\//, '');
    const isLeft =
      found &&
      (!/\.(?:ya?ml|json)$/i.test(name) ||
        name.split('/').some((part) => /^\.(?!\.?$)/.test(part) || part === 'node_modules'));
    return isLeft ? [] : [{ ...blob, found }];
  });
}

/** Reads a line of `git ls-tree -l`; undefined if the entry is not a file. */
function blobOf(entry: string): Omit<Blob, 'found'> | undefined {
  const [, id = '', size = '', name = ''] = /^100\d{3} blob ([0-9a-f]{40,64}) +(\S+)\t(.+)$/s.exec(entry) ?? [];
  return name === '' ? undefined : { name, id, size: Number(/^\d+$/.exec(size)?.[0] ?? 0) };
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
      return { problem: `git does not have ${name} of ${revision} (a shallow or partial clone lacks it)` };
    const shown = `git:${revision}:${name}`;
    const decoded = decode(shown, read.output.subarray(header + 1, header + 1 + size));
    if ('finding' in decoded) return { problem: `${shown}: ${decoded.finding.message}` };
    texts.push(found ? { name: shown, text: decoded.text, found } : { name: shown, text: decoded.text });
    position = header + size + 2;
  }
  return { texts };
}

/** The files of a revision by their path below a directory; each is read when first needed. */
export class GitTree {
  readonly #blobs: ReadonlyMap<string, Omit<Blob, 'found'>>;

  constructor(
    private readonly revision: string,
    private readonly directory: string,
  ) {
    const listing = git(directory, ['ls-tree', '-r', '-l', '-z', '--end-of-options', revision, '.']);
    const entries = listing.problem === undefined && listing.status === 0 ? listing.output.toString('utf8') : '';
    this.#blobs = new Map(
      entries
        .split('\0')
        .flatMap((entry) => blobOf(entry) ?? [])
        .map((blob) => [blob.name, blob]),
    );
  }

  has(path: string): boolean {
    return this.#blobs.has(path);
  }

  get paths(): Iterable<string> {
    return this.#blobs.keys();
  }

  /** The text at a path, or why it cannot be read. */
  read(path: string): GitRead {
    const blob = this.#blobs.get(path);
    if (blob === undefined) return { problem: `${this.revision} has no file ${path}` };
    const own = [{ ...blob, found: true }];
    const tooMuch = sizeProblem(own);
    return tooMuch === undefined ? readBlobs(this.directory, this.revision, own) : { problem: tooMuch };
  }
}

type GitOutput =
  | { readonly output: Buffer; readonly status: number; readonly message: string; readonly problem?: undefined }
  | { readonly problem: string };

/** Runs git without a shell, without prompts and without fetching. Paths are literal, not patterns. */
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
          ? 'a side in git needs the program git, which was not found'
          : `git cannot be run: ${error.message}`,
    };
  return {
    output: stdout,
    status: status ?? 1,
    message:
      stderr
        .toString('utf8')
        .split('\n')[0]
        ?.replace(/^fatal: /, '')
        .slice(0, 300) ?? '',
  };
}
