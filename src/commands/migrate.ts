import { fitLines } from '../diagnostics/layout.js';
import { formatVersion, newestVersion, oldestVersion } from '../cluster/version.js';
import { has } from '../migrate/groups.js';
import { allKinds } from '../migrate/pages.js';
import { printJson } from '../migrate/print-json.js';
import { printMarkdown } from '../migrate/print-markdown.js';
import { printText } from '../migrate/print-text.js';
import { compareProxies, type Migration } from '../migrate/report.js';
import { printStat } from '../migrate/stat.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { version as toolVersion } from '../version.js';
import { clusterOptions, nodeOptions, settingsOptions } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { mayUseColour, outputWidth, type Arguments, type Command, type Io } from './command.js';
import { loadProxies } from './migrate-sides.js';
import { serviceChosen, serviceOptions } from './service-option.js';
import { writeOutput } from './write-output.js';

const formats = ['text', 'markdown', 'json', 'sarif'] as const;

export const migrate: Command = {
  name: 'migrate',
  summary: "say what changes for traffic when kube-proxy's mode or version changes",
  usage: '--to MODE[@VERSION] [--from MODE[@VERSION]] [--format FORMAT] INPUT…',
  description: `Generates the rules of both kube-proxies for the same objects, and compares what happens to every packet: what stops working, what works differently, what starts working.
INPUT is manifests, or what kubectl get services,endpointslices,nodes,servicecidrs -A -o json prints. Exit status 1 if traffic stops.

Kinds of differences (the page docs/migrate/KIND.md of each says why, since when, and what to do):
${allKinds.map(({ id, title }) => `  ${id.padEnd(26)} ${title}`).join('\n')}`,
  options: [
    {
      name: 'to',
      value: 'MODE[@VERSION]',
      description:
        `the mode afterwards: ${Object.keys(modes).join(', ')}; versions from ${formatVersion(oldestVersion)} to ` +
        `${formatVersion(newestVersion)} (default: the one before)`,
    },
    {
      name: 'from',
      value: 'MODE[@VERSION]',
      description: `the mode before (default: the configuration's, else ${defaultMode.name}; --kube-version, else the Node's version)`,
    },
    { name: 'format', choices: formats, value: 'FORMAT', description: 'how to print (default: text)' },
    {
      name: 'fail-on',
      choices: ['stops', 'changes'],
      value: 'WHAT',
      description: 'exit status 1 if traffic stops (default), or if anything changes',
    },
    { name: 'stat', description: 'one line per Service' },
    ...serviceOptions,
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    { name: 'quiet', short: 'q', description: 'do not list what was left out and filled in' },
  ],
  examples: [
    {
      description: 'is this cluster ready for nftables mode?',
      command:
        'kubectl get services,endpointslices,nodes,servicecidrs -A -o json | kubechains migrate --to nftables --config kube-proxy.yaml -',
    },
    { description: 'an upgrade', command: 'kubechains migrate --from ipvs@1.30 --to ipvs@1.36 k8s/' },
  ],
  run: async (args, io) => {
    const sides = await loadProxies(args, io);
    if (sides === undefined) return 2;
    const migration = compareProxies(sides.from, sides.to, serviceChosen(args, [sides.from.node, sides.to.node]));
    writeOutput(await print(migration, args, io), args, io);
    const fails = has(migration, 'stops') || (args.value('fail-on') === 'changes' && !isAlike(migration));
    return fails ? 1 : 0;
  },
};

function isAlike({ differences, remarks }: Migration): boolean {
  return differences.length + remarks.length === 0;
}

async function print(migration: Migration, args: Arguments, io: Io): Promise<Iterable<string>> {
  const width = args.value('output') === undefined ? outputWidth(io) : undefined;
  if (args.has('stat')) return [fitLines(printStat(migration), width)];
  switch (args.value('format')) {
    case 'json':
      return printJson(migration);
    case 'markdown':
      return [printMarkdown(migration)];
    case 'sarif':
      return [await printSarif(migration, io)];
    default:
      return [
        args.value('output') === undefined
          ? printText(migration, { colour: mayUseColour(io, io.outIsTerminal), width })
          : printText(migration, { colour: false }),
      ];
  }
}

async function printSarif(migration: Migration, io: Io): Promise<string> {
  const { findingReport } = await import('../migrate/findings.js');
  const { sarifReporter } = await import('../diagnostics/reporters/sarif.js');
  const report = findingReport(migration, toolVersion, io.workingDirectory);
  return sarifReporter.report(report, { color: false, width: undefined, quiet: false });
}
