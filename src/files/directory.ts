import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import type { SkippedInput } from '../manifests/types.js';
import { boundary, leadsOut, realOf } from './links.js';
import { explainError, type UnreadableInput } from './unreadable.js';

interface Listing {
  /** Charts to render; empty unless the caller asked for rendering. */
  readonly charts: readonly string[];
  readonly files: string[];
  readonly skipped: SkippedInput[];
  readonly unreadable: UnreadableInput[];
}

interface Entry {
  readonly name: string;
  readonly directory: boolean;
  readonly link: boolean;
}

/** Limits on depth and number of directories: symbolic links can turn a few directories into endless paths. */
const deepest = 256;
const mostDirectories = 200_000;

/**
 * The manifests below a directory, sorted bytewise by path part. Each directory is read once, even if several links
 * lead to it. Left out: `node_modules`, names that begin with a dot, and (listed in `skipped`) files that Helm or
 * kustomize reads, files that only tests read, and links that lead out.
 * `render`: folders with a Chart.yaml are listed in `charts`. Their other files are left out, because Helm uses them in
 * templates (`files/`) or nobody applies them together with the chart.
 */
export function filesBelow(root: string, render = false): Listing {
  const walk = new Walk(boundary(root), render);
  walk.directory(root, 0);
  return walk;
}

class Walk implements Listing {
  readonly files: string[] = [];
  readonly charts: string[] = [];
  readonly skipped: SkippedInput[] = [];
  readonly unreadable: UnreadableInput[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly isInside: (realPath: string) => boolean,
    private readonly render: boolean,
  ) {}

  directory(path: string, depth: number): void {
    const content = this.isNew(path, depth) ? contentOf(path, this) : undefined;
    if (content === undefined) return;
    const { entries } = content;
    const neighbours: Neighbours = {
      chart: entries.some(({ name }) => name === 'Chart.yaml' || name === 'Chart.yml'),
      suite: entries.some(({ name }) => name === 'suite.yaml' || name === 'suite.yml'),
      programTests: content.programTests,
      expectedBuild: ['expected.yaml', 'kustomization.yaml'].every((file) => entries.some(({ name }) => name === file)),
      tests: /^(?:tests?|e2e)$/i.test(basename(path)) && !isOfChart(path),
      site: entries.some(({ name }) => /^_config\.ya?ml$/.test(name)),
      inputs: new Set(entries.flatMap(({ name }) => (/\.in\.\w+$/.test(name) ? [name] : []))),
    };
    const isRendered = this.render && entries.some(({ name, directory }) => name === 'Chart.yaml' && !directory);
    if (isRendered) this.charts.push(path);
    for (const entry of entries)
      if (!isRendered) this.entry(join(path, entry.name), entry, neighbours, depth);
      else if (!isReadByHelm(entry)) this.skipped.push({ file: join(path, entry.name), reason: besideTemplates });
  }

  private isNew(path: string, depth: number): boolean {
    const real = realOf(path) ?? path;
    if (this.seen.has(real)) return false;
    if (depth > deepest || this.seen.size >= mostDirectories) {
      const limit = depth > deepest ? `${deepest} levels` : `${mostDirectories} directories`;
      this.unreadable.push({ file: path, message: `more than ${limit} below the directory given are not read` });
      return false;
    }
    this.seen.add(real);
    return true;
  }

  private entry(path: string, entry: Entry, neighbours: Neighbours, depth: number): void {
    const reason =
      reasonToLeave(entry, neighbours) ??
      (entry.directory ? reasonToLeaveDependencies(path, entry.name) : undefined) ??
      (entry.link ? this.reasonToLeaveLink(path) : undefined);
    if (reason !== undefined) this.skipped.push({ file: path, reason });
    else if (entry.directory) this.directory(path, depth + 1);
    else this.files.push(path);
  }

  /** Broken links are followed here; reading them later reports the error. */
  private reasonToLeaveLink(path: string): string | undefined {
    const real = realOf(path);
    return real === undefined || this.isInside(real) ? undefined : leadsOut;
  }
}

/** Whether a folder of tests is beside the templates of a chart: what they recorded is what users of the chart get. */
function isOfChart(directory: string): boolean {
  return ['Chart.yaml', 'Chart.yml'].some((name) => existsSync(join(directory, '..', name)));
}

/** What a directory contains. */
interface Content {
  /** The folders and manifests, sorted. */
  readonly entries: readonly Entry[];
  /** Whether there are tests of a program. */
  readonly programTests: boolean;
}

function contentOf(directory: string, listing: Listing): Content | undefined {
  try {
    const all = readdirSync(directory, { withFileTypes: true });
    const entries = all
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({
        name: entry.name,
        directory: isDirectory(directory, entry),
        link: entry.isSymbolicLink(),
      }))
      .filter(({ name, directory: below }) => below || isManifestName(name))
      .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    return { entries, programTests: all.some(({ name }) => name.endsWith('_test.go')) };
  } catch (error) {
    listing.unreadable.push({ file: directory, message: explainError(error) });
    return undefined;
  }
}

/** Kustomize also reads one file name without an extension. */
function isManifestName(name: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(name) || name === 'Kustomization';
}

function isDirectory(directory: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(directory, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

/** What else is in the directory of an entry. */
interface Neighbours {
  /** Whether there is a Chart.yaml. */
  readonly chart: boolean;
  /** Whether there is a suite.yaml, which lists what Gatekeeper expects of the samples beside it. */
  readonly suite: boolean;
  /** Whether there are tests of a Go program, with their inputs in a folder `test`. */
  readonly programTests: boolean;
  /** Whether it is a folder of a program's tests, where `snapshots` are recorded outputs. */
  readonly tests: boolean;
  /** Whether there are a kustomization and its expected build, so that all files are a test of kustomize. */
  readonly expectedBuild: boolean;
  /** Whether there is a _config.yml of Jekyll, which copies all files to `_site`. */
  readonly site: boolean;
  /** Inputs of tests: `web.in.yaml`, with the expected output in `web.out.yaml`. */
  readonly inputs: ReadonlySet<string>;
}

/** Folders of test data: deliberately wrong or incomplete manifests. They are read only when given as an input. */
const fixtures =
  /^(?:__(?:tests?|snapshots)__|(?:__)?(?:test[-_]?(?:data|files|fixtures|utils)|fixtures|mock[-_]?data|fakes?|expected[-_]?failures)(?:__)?)$/i;
/** Folders of outputs that a test recorded, in a folder of tests. */
const recorded = /^(?:snapshots?|goldens?)$/i;
/** What kuttl, chainsaw and similar test tools expect to find in a cluster: parts of objects. */
const assertion = /^(?:\d+-(?:assert|errors?)|(?:.*[-_.])?assert)(?:[-_.].*)?\.ya?ml$/;
/** Files with the expected output of tests. */
const expectation = /^(?:.*[-_.])?(?:expected|golden)\.(?:ya?ml|json)$/;

/** Folders of vendored dependencies, such as Go's `vendor`: they contain the examples and tests of other projects. */
function reasonToLeaveDependencies(path: string, name: string): string | undefined {
  const isGo = name === 'Godeps' || (name === 'vendor' && existsSync(join(path, 'modules.txt')));
  return isGo ? 'sources of dependencies: name the folder to lint it' : undefined;
}

const besideTemplates = 'in the folder of a rendered chart, but not a template: name it to read it';

/** Whether `helm template` reads this entry, in a folder with a Chart.yaml. */
function isReadByHelm({ name, directory }: Entry): boolean {
  return directory ? /^(?:templates|crds|charts)$/.test(name) : /^(?:Chart|values|requirements)\.yaml$/.test(name);
}

/** Why an entry of a directory is not read as a plain manifest; undefined if it is read. */
function reasonToLeave(
  { name, directory }: Entry,
  { chart, suite, inputs, programTests, expectedBuild, site, tests }: Neighbours,
): string | undefined {
  if (directory) {
    if (site && name === '_site') return 'copies that Jekyll writes';
    if (chart && name === 'templates')
      return 'templates of a Helm chart: render them first (--render, or helm template)';
    const isFixture =
      fixtures.test(name) ||
      (suite && name === 'samples') ||
      (programTests && /^tests?$/.test(name)) ||
      (tests && recorded.test(name));
    return isFixture ? 'fixtures of tests: name the folder to lint it' : undefined;
  }
  if (assertion.test(name)) return 'what a test expects, a part of an object';
  if (expectation.test(name) || (name.includes('.out.') && inputs.has(name.replace('.out.', '.in.'))))
    return 'what a test compares its output with';
  if (expectedBuild) return 'a test of kustomize, beside expected.yaml: name the file to lint it';
  if (chart && /^Chart\.ya?ml$/.test(name)) return 'the description of a Helm chart';
  if (chart && /^(?:.*[-_.])?values(?:[-_.].*)?\.(?:ya?ml|json)$/.test(name)) return 'values of a Helm chart';
  if (chart && /^requirements\.ya?ml$/.test(name)) return 'requirements of a Helm chart';
  return undefined;
}
