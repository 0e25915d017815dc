import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printable } from '../diagnostics/terminal.js';
import type { SourceText } from '../manifests/types.js';
import { readAtMost } from './bounded-read.js';
import { decode } from './decode.js';
import { explainError } from './unreadable.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Options for helm, besides the chart. */
export interface RenderOptions {
  /** Files of values, which override those of the chart; later files override earlier ones. */
  readonly values: readonly string[];
  /** The Kubernetes version that the chart sees; if absent, helm's default. */
  readonly kubeVersion?: string | undefined;
}

/**
 * A chart's manifests (`texts`); or why it has none of its own (`skipped`); or what failed, in a sentence (`problem`,
 * exit status 2).
 */
type Rendered = { readonly texts: readonly SourceText[] } | { readonly skipped: string } | { readonly problem: string };

/** Timeout for one chart. Large charts take a second or two. */
const longestMilliseconds = 60_000;
/** A chart's output has the same limit as one file of manifests. */
const most = 64 * 1024 * 1024;
/** Limit for Chart.yaml, which is read only for the chart's name. */
const largestDescription = 1024 * 1024;

/**
 * Renders the chart in a folder with the program `helm`, as `helm template NAME FOLDER --include-crds` does; NAME is
 * the chart's name. Returns one text for each template, named `FOLDER/templates/web.yaml (rendered)`, with the same
 * lines as `helm template --show-only` prints. Never throws. Runs one process, for at most a minute.
 */
export function renderChart(folder: string, options: RenderOptions): Rendered {
  const name = releaseName(join(folder, 'Chart.yaml'));
  if ('problem' in name) return name;
  const { error, stdout, stderr, status } = helm(name.name, folder, options);
  if (error !== undefined) return { problem: explainRun(error) };
  if (status === 0) return textsOf(folder, stdout);
  const message = messageOf(stderr.toString('utf8'));
  // Chart.yaml declares whether a chart is a library. Helm checks it, so only its message is read here.
  if (message.includes('library charts are not installable'))
    return { skipped: 'a library chart, which Helm renders only as a part of others' };
  return { problem: `helm template fails: ${message}` };
}

/** No shell. Paths are absolute, so that helm cannot read one as an option, a URL or a chart of a repository. */
function helm(name: string, folder: string, { values, kubeVersion }: RenderOptions): ReturnType<typeof runHelm> {
  return runHelm([
    'template',
    name,
    resolve(folder),
    '--include-crds',
    // Otherwise helm takes the namespace of the current kubeconfig.
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
      '--render needs the program helm, which is not on the PATH: install it (https://helm.sh/docs/intro/install), ' +
      'or render elsewhere and pipe in the output of helm template'
    );
  if (code === 'ETIMEDOUT') return `helm template did not end within ${longestMilliseconds / 1000} seconds`;
  if (code === 'ENOBUFS') return `helm template prints more than the ${most / 1048576} MB that are read of one chart`;
  return `helm cannot be run: ${explainError(error)}`;
}

/** Helm's error message, in one line and shortened: it may quote large parts of the chart. */
function messageOf(text: string): string {
  const error = /^Error: ([\s\S]*)/m.exec(text)?.[1] ?? text;
  const line = error
    .replace(/\n\nUse --debug flag[^\n]*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const shown = line.length > 600 ? `${line.slice(0, 600)}…` : line;
  return shown === '' ? 'it gives no reason' : printable(shown);
}

/** The chart's name if it is a valid release name; otherwise the name that helm uses when it is given none. */
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

/**
 * Splits helm's output by template. Helm writes each template's path above its objects: `# Source:
 * CHART/templates/web.yaml`.
 */
function textsOf(folder: string, output: Buffer): Rendered {
  const decoded = decode(folder, output);
  if ('finding' in decoded) return { problem: 'what helm template prints is not text' };
  const parts = new Map<string, string[]>();
  for (const part of decoded.text.split(/^(?=---\n# Source: )/m)) {
    if (part.trim() === '') continue;
    const name = `${placeOf(folder, part)} (rendered)`;
    addToGroup(parts, name, part);
  }
  return { texts: [...parts].map(([name, of]) => ({ name, text: of.join('') })) };
}

/**
 * The path of a template on disk. Helm's path begins with the chart's name, which may differ from the folder's; old
 * versions of helm leave it out for `crds/`.
 */
function placeOf(folder: string, part: string): string {
  const [, path = ''] = /^---\n# Source: (?:(?!crds\/)[^/\n]+\/)?([^\n]+)/.exec(part) ?? [];
  return path === '' || path.split('/').includes('..') ? folder : join(folder, path);
}
