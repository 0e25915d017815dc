import { quote } from '../diagnostics/quote.js';
import { writeDirectoryAtomically } from '../files/write.js';
import { outputName } from '../golden/output.js';
import type { Completed } from '../pipeline/complete.js';
import { generateRules, type Generated, type HostPorts } from '../pipeline/generate.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { hostPortRules } from '../node/host-ports.js';
import { parsePortmapVersion, usualVersion } from '../portmap/version.js';
import type { ModeLowering } from '../node/mode.js';
import { clusterOptions, nodeOptions, settingsOptions, quietOption } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { UsageError, type Arguments, type Command, type Io } from './command.js';
import { loadCluster } from './load-cluster.js';
import { tellMadeUp, tellNotes } from './tell.js';
import { attemptWrite, writeOutput } from './write-output.js';

const formats = [...new Set(Object.values(modes).flatMap((mode) => mode.formats))];

export const generate: Command = {
  name: 'generate',
  summary: 'write the rules kube-proxy would program for manifests',
  usage: '[--mode MODE] [--format FORMAT] [--output-dir DIR] INPUT…',
  description: `Reads Kubernetes manifests (files, directories, globs, or - for standard input) and prints what
kube-proxy programs on a node at its first full sync. What a cluster would assign (cluster IPs, node ports, Pods
of workloads) is filled in deterministically and listed on standard error. Objects that the API server
would reject are errors with file and line; then nothing is written.

Formats of each mode, the default first:
${Object.entries(modes)
  .map(([name, mode]) => `  ${name.padEnd(10)} ${mode.formats.join(', ')}`)
  .join('\n')}`,
  options: [
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `the proxy mode (default: the configuration's, else ${defaultMode.name})`,
    },
    {
      name: 'format',
      choices: formats,
      value: 'FORMAT',
      description: 'what to print (default: the first of the mode)',
    },
    { name: 'output-dir', value: 'DIR', description: 'write every format (or --format) to DIR as MODE.FAMILY.FORMAT' },
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    { name: 'host-ports', description: "also show what the CNI plugin portmap programs for Pods' host ports" },
    {
      name: 'portmap-version',
      value: 'VERSION',
      description: 'the version of that plugin: 1.3 to 1.9, or head (default: 1.9)',
    },
    { name: 'header', description: 'begin each text with a comment that names the generator' },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    quietOption,
  ],
  examples: [
    { description: 'the rules for a folder of manifests', command: 'kubechains generate k8s/' },
    {
      description: 'in IPVS mode, with this kube-proxy configuration',
      command: 'kubechains generate --mode ipvs --config kube-proxy.yaml k8s/',
    },
    {
      description: 'check that they load, without a cluster',
      command: 'helm template . | kubechains generate --ip-family ipv4 - | sudo iptables-restore --test',
    },
  ],
  run: async (args, io) => {
    if (args.has('output') && args.has('output-dir'))
      throw new UsageError('--output and --output-dir exclude each other');
    const completed = await loadCluster(args, io);
    if (completed === undefined) return 2;
    const name = args.value('mode') ?? modeOf(completed);
    const hostPorts = hostPortsAsked(args, completed);
    const { generated, notes, failures, refusal } = generateRules(
      completed,
      await loadMode(name),
      wantedFormats(args, name),
      args.has('header'),
      hostPorts?.ports,
    );
    if (refusal !== undefined) throw new UsageError(refusal);
    if (!args.has('quiet')) {
      tellMadeUp(completed.cluster.madeUp, io);
      tellNotes([...notes, ...(hostPorts?.notes ?? [])], io);
    }
    write(args, io, name, generated);
    for (const failure of failures) io.err(`Error: ${failure}.\n`);
    return failures.length === 0 ? 0 : 1;
  },
};

/** The rules for `--host-ports`, and notes about them; undefined without that option. Throws UsageError. */
function hostPortsAsked(
  args: Arguments,
  completed: Completed,
): { readonly ports: HostPorts; readonly notes: readonly string[] } | undefined {
  const text = args.value('portmap-version');
  if (!args.has('host-ports')) {
    if (text !== undefined) throw new UsageError('--portmap-version goes with --host-ports');
    return undefined;
  }
  const version = text === undefined ? usualVersion : parsePortmapVersion(text);
  if (version === undefined)
    throw new UsageError(`--portmap-version takes 1.3 to 1.9, or head; not ${quote(text ?? '')}`);
  return hostPortRules(completed, version);
}

function modeOf(completed: Completed): string {
  const { mode } = completed.options.configuration;
  if (mode === '' || modeNamed(mode) !== undefined) return mode || defaultMode.name;
  throw new UsageError(
    `the configuration asks for mode ${quote(mode)}, which is not supported; ` +
      `choose with --mode ${Object.keys(modes).join('|')}`,
  );
}

async function loadMode(name: string): Promise<ModeLowering> {
  const entry = modeNamed(name);
  if (entry === undefined) throw new UsageError(`--mode takes ${Object.keys(modes).join(', ')}`);
  return entry.load();
}

function wantedFormats(args: Arguments, mode: string): readonly string[] {
  const known = modes[mode]?.formats ?? [];
  const format = args.value('format');
  if (format === undefined) return args.has('output-dir') ? known : known.slice(0, 1);
  if (known.includes(format)) return [format];
  throw new UsageError(`mode ${mode} has the formats ${known.join(', ')}; not ${format}`);
}

function write(args: Arguments, io: Io, mode: string, generated: readonly Generated[]): void {
  const directory = args.value('output-dir');
  if (directory !== undefined) {
    const files = generated.flatMap((one) =>
      one.formats.map((format): [string, Iterable<string>] => [
        outputName({ mode, family: one.family, format }),
        one.print(format),
      ]),
    );
    attemptWrite(directory, () => {
      writeDirectoryAtomically(directory, files);
    });
    return;
  }
  writeOutput(gathered(joinFamilies(generated)), args, io);
}

/** Joins small pieces, so that each does not cost a system call. */
function* gathered(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65536) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Separates two families in one stream by comment lines; one family is printed alone, like the real tools. */
function* joinFamilies(generated: readonly Generated[]): Generator<string> {
  const isJson = generated.some(({ formats }) => formats.includes('json'));
  if (generated.length > 1 && isJson) {
    yield `[${generated.map(({ texts }) => [...texts.values()].join('').trimEnd()).join(',\n')}]\n`;
    return;
  }
  for (const one of generated) {
    if (generated.length > 1) yield `# ${one.family}\n`;
    for (const format of one.formats) yield* one.print(format);
  }
}
