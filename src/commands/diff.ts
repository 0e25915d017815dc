import { fitLines } from '../diagnostics/layout.js';
import { printJson } from '../diff/print-json.js';
import { printMarkdown } from '../diff/print-markdown.js';
import { printText } from '../diff/print-text.js';
import { compareSides } from '../diff/report.js';
import { ofService, withoutRules, worstOf } from '../diff/narrow.js';
import { printStat } from '../diff/print-stat.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { clusterOptions, nodeOptions, settingsOptions } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { mayUseColour, outputWidth, type Arguments, type Command, type Io } from './command.js';
import { loadSides } from './diff-sides.js';
import type { DiffReport } from '../diff/types.js';
import type { NodeModel } from '../node/types.js';
import { serviceChosen, serviceOptions } from './service-option.js';
import { writeOutput } from './write-output.js';

const formats = ['text', 'markdown', 'json'] as const;

export const diff: Command = {
  name: 'diff',
  summary: 'say what a change does to traffic, or how a node differs from its manifests',
  usage: '[--format FORMAT] A B',
  description: `Compares two sides and says, per Service, what changes for traffic from A to B; then which rules differ,
chains named by their Service. Exit status 1 if they differ, 0 if not.

A side is one of
  FILE, DIRECTORY, GLOB   manifests; what a cluster would assign is filled in as by generate
  git:REVISION:PATH       manifests of a revision, read without touching the work tree
  FILE, DIRECTORY, -      a node's dump: iptables-save; of an IPVS node also ipset save and ipvsadm -S -n, in one
                          file or several; of an nftables node nft list ruleset
Several files of one side are joined with commas: node.save,node.ipset,node.ipvsadm.`,
  options: [
    {
      name: 'format',
      choices: formats,
      value: 'FORMAT',
      description: 'how to print (default: text); markdown is for comments, at most 60,000 characters',
    },
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description:
        'the proxy mode of manifests ' + `(default: the configuration's, else the dump's, else ${defaultMode.name})`,
    },
    {
      name: 'fail-on',
      choices: ['stops', 'changes'],
      value: 'WHAT',
      description:
        'exit status 1 only if traffic stops, or only if anything changes for traffic (default: any difference)',
    },
    { name: 'stat', description: 'one line per Service' },
    ...serviceOptions,
    { name: 'no-rules', description: 'leave out the rules: print only what changes for traffic' },
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    { name: 'quiet', short: 'q', description: 'do not list what was left out' },
  ],
  examples: [
    { description: 'what the last commit does', command: 'kubechains diff git:HEAD~1:k8s git:HEAD:k8s' },
    {
      description: 'a comment for a pull request',
      command: 'kubechains diff --format markdown git:origin/main:k8s k8s/',
    },
    {
      description: "how a node differs from the cluster's objects",
      command: 'kubectl get svc,endpointslices,nodes -A -o json > cluster.json; kubechains diff cluster.json node.save',
    },
  ],
  run: async (args, io) => {
    const sides = await loadSides(args, io);
    if (sides === undefined) return 2;
    const report = narrowed(compareSides(sides[0], sides[1]), sides, args);
    writeOutput(print(report, args, io), args, io);
    return fails(report, args.value('fail-on')) ? 1 : 0;
  },
};

function narrowed(report: DiffReport, sides: readonly NodeModel[], args: Arguments): DiffReport {
  const labels = report.services.flatMap(({ name, nameBefore = name }) => [name, nameBefore]);
  const service = serviceChosen(
    args,
    sides,
    labels.map((label) => label.split(':')[0] ?? ''),
  );
  const own = service === undefined ? report : ofService(report, service);
  return args.has('no-rules') ? withoutRules(own) : own;
}

/** Whether the report reaches the threshold for failing; default: any difference, including rules. */
function fails(report: DiffReport, on: string | undefined): boolean {
  if (on === undefined) return report.differs;
  const severity = worstOf(report);
  return on === 'stops' ? severity === 'stops' : severity !== undefined && severity !== 'rules';
}

function print(report: DiffReport, args: Arguments, io: Io): Iterable<string> {
  const width = args.value('output') === undefined ? outputWidth(io) : undefined;
  if (args.has('stat')) return [fitLines(printStat(report), width)];
  switch (args.value('format')) {
    case 'json':
      return printJson(report);
    case 'markdown':
      return [printMarkdown(report)];
    default:
      return [
        args.value('output') === undefined
          ? printText(report, { colour: mayUseColour(io, io.outIsTerminal), width })
          : printText(report, { colour: false, width: undefined }),
      ];
  }
}
