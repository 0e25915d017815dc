import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printable } from '../diagnostics/terminal.js';
import type { SourceText } from '../manifests/types.js';
import { readAtMost } from './bounded-read.js';
import { decode } from './decode.js';
import { explainError } from './unreadable.js';

/** What helm is told besides the chart. */
export interface RenderOptions {
  /** Files of values, over those of the chart; the later ones win. */
  readonly values: readonly string[];
  /** The version of Kubernetes that the chart sees; helm's own unless given. */
  readonly kubeVersion?: string | undefined;
}

/** A chart's manifests; or why it has none of its own; or why there are none, in a sentence (exit status 2). */
export type Rendered =
  { readonly texts: readonly SourceText[] } | { readonly skipped: string } | { readonly problem: string };

/** A chart that takes longer never ends, or nearly so: large ones take a second or two. */
const longestMilliseconds = 60_000;
/** What is read of one file of manifests is read of one chart, too. */
const most = 64 * 1024 * 1024;
/** Chart.yaml is read for the name alone. */
const largestDescription = 1024 * 1024;

/**
 * Renders the chart in a folder with the program `helm`, as `helm template NAME FOLDER --include-crds` does; NAME is
 * the chart's. One text for each template, named `FOLDER/templates/web.yaml (rendered)`: its lines are those that `helm
 * template --show-only` prints. Never throws. Runs one process, for a minute at most.
 */
export function renderChart(folder: string, options: RenderOptions): Rendered {
  const name = releaseName(join(folder, 'Chart.yaml'));
  if ('problem' in name) return name;
  const { error, stdout, stderr, status } = helm(name.name, folder, options);
  if (error !== undefined) return { problem: explainRun(error) };
  if (status === 0) return textsOf(folder, stdout);
  const told = toldBy(stderr.toString('utf8'));
  // Whether a chart is a library is said in Chart.yaml, which Helm reads.
  if (told.includes('library charts are not installable'))
    return { skipped: 'a library chart, which Helm renders only as a part of others' };
  return { problem: `helm template fails: ${told}` };
}

/** Never through a shell. Paths are absolute, so that none is taken for an option, an address or a repository's chart. */
function helm(name: string, folder: string, { values, kubeVersion }: RenderOptions): ReturnType<typeof runHelm> {
  return runHelm([
    'template',
    name,
    resolve(folder),
    '--include-crds',
    // Else it were that of whoever's kubeconfig is at hand.
    '--namespace=default',
    ...(kubeVersion === undefined ? [] : [`--kube-version=${kubeVersion}`]),
    ...values.map((file) => `--values=${resolve(file)}`),
  ]);
}

function runHelm(words: readonly string[]): ReturnType<typeof spawnSync> & { stdout: Buffer; stderr: Buffer } {
  return spawnSync('helm', words, {
    input: '',
    timeout: longestMilliseconds,
    killSignal: 'SIGKILL',
    maxBuffer: most,
    shell: false,
    windowsHide: true,
    env: { ...process.env, HELM_DEBUG: 'false', LC_ALL: 'C' },
  });
}

function explainRun(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return (
      '--render needs the program helm, and there is none on the PATH: install it (https://helm.sh/docs/intro/install), ' +
      'or render elsewhere and pipe in what helm template prints'
    );
  if (code === 'ETIMEDOUT') return `helm template did not end within ${longestMilliseconds / 1000} seconds`;
  if (code === 'ENOBUFS') return `helm template prints more than the ${most / 1048576} MB that are read of one chart`;
  return `helm cannot be run: ${explainError(error)}`;
}

/** What helm says of its failure, in one line; it may quote the chart at length. */
function toldBy(text: string): string {
  const error = /^Error: ([\s\S]*)/m.exec(text)?.[1] ?? text;
  const line = error
    .replace(/\n\nUse --debug flag[^\n]*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const shown = line.length > 600 ? `${line.slice(0, 600)}…` : line;
  return shown === '' ? 'it says no reason' : printable(shown);
}

/** The chart's name as far as it may name a release; else what helm calls one without a name. */
function releaseName(file: string): { readonly name: string } | { readonly problem: string } {
  try {
    if (!statSync(file).isFile()) return { problem: 'its Chart.yaml is not a regular file' };
    const text = Buffer.from(readAtMost(file, largestDescription)).toString('utf8');
    const [, , name = ''] =
      /^name:[ \t]+(["']?)([a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?)\1[ \t]*(?:#.*)?\r?$/m.exec(text) ?? [];
    return { name: name === '' ? 'release-name' : name };
  } catch (error) {
    return { problem: `its Chart.yaml cannot be read: ${explainError(error)}` };
  }
}

/** Helm writes the template's path above each object: `# Source: CHART/templates/web.yaml`. */
function textsOf(folder: string, output: Buffer): Rendered {
  const decoded = decode(folder, output);
  if ('finding' in decoded) return { problem: 'what helm template prints is not text' };
  const parts = new Map<string, string[]>();
  for (const part of decoded.text.split(/^(?=---\n# Source: )/m)) {
    if (part.trim() === '') continue;
    const name = `${placeOf(folder, part)} (rendered)`;
    const known = parts.get(name);
    if (known === undefined) parts.set(name, [part]);
    else known.push(part);
  }
  return { texts: [...parts].map(([name, of]) => ({ name, text: of.join('') })) };
}

/** Where a template is: the path that helm tells begins with the chart's name, which is not always the folder's (old ones: that of `crds/` not). */
function placeOf(folder: string, part: string): string {
  const [, path = ''] = /^---\n# Source: (?:(?!crds\/)[^/\n]+\/)?([^\n]+)/.exec(part) ?? [];
  return path === '' || path.split('/').includes('..') ? folder : join(folder, path);
}
