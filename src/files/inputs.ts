import { existsSync, statSync, type Stats } from 'node:fs';
import type { Finding } from '../diagnostics/finding.js';
import type { SkippedInput, SourceText } from '../manifests/types.js';
import { readAtMost, TooLong } from './bounded-read.js';
import { filesBelow } from './directory.js';
import { decode, speaksOfObjects } from './decode.js';
import { renderChart, type RenderOptions } from './helm.js';
import { boundary, leadsOut, realOf } from './links.js';
import { explainError, type UnreadableInput } from './unreadable.js';
import { readStandardInput } from './standard-input.js';

export type { UnreadableInput };

/** The result of reading the inputs given on a command line. */
export interface Inputs {
  readonly texts: SourceText[];
  /** Findings (`yaml/syntax`) about files that are not in an encoding allowed for manifests. */
  readonly findings: Finding[];
  readonly skipped: SkippedInput[];
  /** Inputs that do not exist or cannot be read: wrong usage, exit status 2. */
  readonly unreadable: UnreadableInput[];
}

export interface InputOptions {
  /** What `-` reads; the default is the process' standard input. */
  readonly standardInput?: (most: number) => Promise<Uint8Array>;
  /** If given, charts among the inputs are rendered with helm. */
  readonly render?: RenderOptions | undefined;
}

/**
 * The largest YAML file that is read, in bytes. Objects are far smaller (etcd accepts 1.5 MB), and so are whole
 * repositories.
 */
const largestYaml = 64 * 1024 * 1024;
/**
 * The largest JSON file, in bytes: close to the longest string that the runtime supports, because dumps of large
 * clusters are JSON.
 */
const largestJson = 500 * 1024 * 1024;
/** The largest total of all inputs, in bytes. */
export const largestTotal = 1024 * 1024 * 1024;

const tooMuch = `all inputs together are more than ${largestTotal / 1048576} MB`;

/** How many bytes of a file with this name are read at most. */
export function largestOf(path: string): number {
  return /\.ya?ml$/i.test(path) ? largestYaml : largestJson;
}

/**
 * Reads files, directories (recursively: `*.yaml`, `*.yml`, `*.json`), quoted globs and `-`, in the order given; within
 * a directory by name. Nothing is read twice, and an unreadable file does not stop the others.
 */
export async function readInputs(inputs: readonly string[], options: InputOptions = {}): Promise<Inputs> {
  const reader = new InputReader(options.render);
  for (const input of inputs) {
    if (input === '-') await reader.standardInput(options.standardInput ?? readStandardInput);
    else await reader.input(input);
  }
  return reader;
}

class InputReader implements Inputs {
  readonly texts: SourceText[] = [];
  readonly findings: Finding[] = [];
  readonly skipped: SkippedInput[] = [];
  readonly unreadable: UnreadableInput[] = [];
  private readonly seen = new Set<string>();
  private total = 0;

  constructor(private readonly render: RenderOptions | undefined) {}

  async standardInput(read: (most: number) => Promise<Uint8Array>): Promise<void> {
    try {
      const bytes = await read(largestJson);
      // Empty input usually comes from a failed command in a pipe: it must not pass as manifests without faults.
      if (bytes.length > 0) this.bytes('<stdin>', bytes, false);
      else this.unreadable.push({ file: '<stdin>', message: 'standard input is empty: pipe manifests in' });
    } catch (error) {
      this.unreadable.push({ file: '<stdin>', message: explainReading(error) });
    }
  }

  async input(input: string): Promise<void> {
    if (!existsSync(input) && /[*?{[]/.test(input)) await this.glob(input);
    else this.path(input, false);
  }

  private async glob(pattern: string): Promise<void> {
    const { expandGlob } = await import('./glob.js');
    const { matches, message, base } = expandGlob(pattern);
    if (matches.length === 0)
      this.unreadable.push({ file: pattern, message: message ?? 'no file matches this pattern' });
    const isInside = boundary(base === '' ? '.' : base);
    for (const match of matches) {
      const real = realOf(match);
      if (real === undefined || isInside(real)) this.path(match, true);
      else this.skipped.push({ file: match, reason: leadsOut });
    }
  }

  private path(path: string, found: boolean): void {
    const stats = this.stats(path);
    if (stats?.isDirectory() === true) this.directory(path);
    else if (found && stats?.isFile() === false) this.skipped.push({ file: path, reason: 'not a regular file' });
    else if (stats !== undefined) this.file(path, stats, found);
  }

  private directory(path: string): void {
    const { files, charts, skipped, unreadable } = filesBelow(path, this.render !== undefined);
    for (const skip of skipped) this.skipped.push(skip);
    for (const problem of unreadable) this.unreadable.push(problem);
    for (const chart of charts) this.chart(chart);
    for (const file of files) {
      const stats = this.attempt(file, () => statSync(file, { throwIfNoEntry: false }) ?? 'gone');
      if (stats === 'gone') this.skipped.push({ file, reason: 'a symbolic link to nothing' });
      // Reading a named pipe would block until somebody writes to it.
      else if (stats !== undefined && !stats.isFile()) this.skipped.push({ file, reason: 'not a regular file' });
      else if (stats !== undefined) this.file(file, stats, true);
    }
  }

  private chart(folder: string): void {
    const identity = `chart ${realOf(folder) ?? folder}`;
    if (this.render === undefined || this.seen.has(identity)) return;
    this.seen.add(identity);
    const rendered = renderChart(folder, this.render);
    if ('problem' in rendered) this.unreadable.push({ file: folder, message: rendered.problem });
    else if ('skipped' in rendered) this.skipped.push({ file: folder, reason: rendered.skipped });
    else for (const text of rendered.texts) this.rendered(text);
  }

  private rendered(source: SourceText): void {
    this.total += source.text.length;
    if (this.total <= largestTotal) this.texts.push(source);
    else this.unreadable.push({ file: source.name, message: tooMuch });
  }

  private file(path: string, stats: Stats, found: boolean): void {
    const identity = stats.ino === 0 ? path : `${stats.dev}:${stats.ino}`;
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    const largest = largestOf(path);
    if (stats.size > largest) {
      this.skipped.push({
        file: path,
        reason: `${Math.round(stats.size / 1048576)} MB, more than the ${largest / 1048576} MB that are read per file`,
      });
      return;
    }
    if (this.total + stats.size > largestTotal) {
      this.unreadable.push({ file: path, message: tooMuch });
      return;
    }
    const bytes = this.attempt(path, () => readAtMost(path, largest));
    if (bytes !== undefined) this.bytes(path, bytes, found);
  }

  private bytes(name: string, bytes: Uint8Array, found: boolean): void {
    this.total += bytes.length;
    const decoded = decode(name, bytes);
    if ('finding' in decoded && found && !speaksOfObjects(bytes))
      this.skipped.push({ file: name, reason: 'no UTF-8 text, and no manifest' });
    else if ('finding' in decoded) this.findings.push(decoded.finding);
    else this.texts.push(found ? { name, text: decoded.text, found } : { name, text: decoded.text });
  }

  private stats(path: string): Stats | undefined {
    return this.attempt(path, () => statSync(path));
  }

  private attempt<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.unreadable.push({ file: path, message: explainReading(error) });
      return undefined;
    }
  }
}

function explainReading(error: unknown): string {
  return error instanceof TooLong
    ? `more than the ${largestJson / 1048576} MB that are read of one input`
    : explainError(error);
}
