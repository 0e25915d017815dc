import { resolve } from 'node:path';
import { isAtLeast, type Finding } from '../diagnostics/finding.js';
import { printable } from '../diagnostics/terminal.js';
import { summaryLine, type Report, type Reporter } from '../diagnostics/report.js';
import { reporterNamed, reporters } from '../diagnostics/reporters/index.js';
import { textReporter } from '../diagnostics/reporters/text.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { Inputs } from '../files/inputs.js';
import { writeFileAtomically, writeFilesAtomically } from '../files/write.js';
import { formatBaseline } from '../lint/baseline.js';
import { reportOf } from '../review/report.js';
import { review } from '../review/review.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { GivenFacts } from '../node-lint/facts-of-nodes.js';
import { isDumpText, sortTexts } from '../node/sort-texts.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { clusterOptions, hostFileOption, settingsOptions } from './cluster-options.js';
import { hostFiles } from './host-option.js';
import { listeningFiles, listeningOption } from './listening-option.js';
import { renderOption, renderOptions } from './render-option.js';
import {
  mayUseColour,
  outputWidth,
  UsageError,
  type Arguments,
  type Command,
  type ExitStatus,
  type Io,
} from './command.js';
import { fixAll, type Fixed } from './lint-fix.js';
import { fixedNote, skippedNote } from './lint-notes.js';
import { planLint, type LintPlan } from './lint-options.js';
import { Progress } from './progress.js';
import { readWithDumps } from './read-with-dumps.js';
import { attemptWrite, writeOutput } from './write-output.js';
import { count } from '../diagnostics/words.js';

const severities = ['error', 'warning', 'info'];

export const lint: Command = {
  name: 'lint',
  summary: 'review manifests and dumps of nodes: what is rejected, and where traffic does not flow',
  usage: '[--format FORMAT] [--fail-on SEVERITY] INPUT…',
  description: `Reads Kubernetes manifests (files, directories, globs, or - for standard input) as one set and reports faults of Services, EndpointSlices,
Ingresses and workloads, each with its line and what to do. Dumps of nodes (iptables-save, ipset save, ipvsadm -S -n, nft list ruleset) are
checked by the rules node/…, which find rules that no packet reaches and programs that work against each other. kubechains rules lists all rules. Settings come from the nearest
kubechains.yaml, from the working directory upward. To accept a finding, write the comment "# kubechains-ignore: rule-id reason" on or above its line.

Exit status: 0 nothing at or above --fail-on, or nothing to check in inputs that can be read, 1 findings, 2 bad usage or an input that
cannot be read (the others are still linted), 3 a defect of kubechains.

Formats:
${reporters.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`).join('\n')}`,
  options: [
    {
      name: 'format',
      choices: reporters.map(({ name }) => name),
      value: 'FORMAT',
      description: 'how to report (default: text)',
    },
    {
      name: 'fail-on',
      choices: severities,
      value: 'SEVERITY',
      description: 'exit 1 for findings this bad or worse (default: error)',
    },
    { name: 'output', short: 'o', value: 'FILE', description: 'write the report to FILE instead of standard output' },
    {
      name: 'omit-suppressed',
      description: 'leave accepted findings out of SARIF, for readers that show them as open',
    },
    { name: 'fix', description: 'apply unambiguous fixes in place, then report what remains' },
    { name: 'baseline', value: 'FILE', description: 'report only findings that are not in FILE' },
    { name: 'write-baseline', value: 'FILE', description: 'accept all present findings: write them to FILE' },
    ...settingsOptions,
    ...renderOptions,
    ...clusterOptions,
    hostFileOption,
    listeningOption,
    { name: 'quiet', short: 'q', description: 'only findings that decide the exit status; no summary, no notes' },
    { name: 'verbose', short: 'v', description: 'list every input that was not linted' },
  ],
  examples: [
    { description: 'everything below this directory', command: 'kubechains lint .' },
    { description: 'a chart, rendered by helm', command: 'kubechains lint --render charts/web' },
    {
      description: 'annotations in a GitHub workflow, warnings fail too',
      command: 'kubechains lint --format github --fail-on warning k8s/',
    },
    { description: 'only what a change adds', command: 'kubechains lint --baseline kubechains-baseline.json k8s/' },
  ],
  run: async (args, io) => {
    const plan = await planLint(args, io);
    const progress = new Progress(io);
    const inputs = await readLintInputs(args, io, plan);
    progress.stage(`reading ${count(inputs.texts.length, 'file')}`);
    const dumps = inputs.texts.filter(isDump);
    const facts = await readFacts(args, dumps);
    const areDumps = new Set(dumps);
    const set = parseInputs({ ...inputs, texts: inputs.texts.filter((text) => !areDumps.has(text)) });
    progress.stage(`checking ${count(set.objects.length, 'object')}`);
    const result = await lintAndFix(set, { ...plan, ...facts, dumps }, args);
    progress.clear();
    return finish(args.has('write-baseline') ? acceptAll(result, args) : result, { args, io, plan, inputs, dumps });
  },
};

interface Run {
  readonly args: Arguments;
  readonly io: Io;
  readonly plan: LintPlan;
  readonly inputs: Inputs;
  readonly dumps: readonly SourceText[];
}

/** YAML files found in a directory are not searched for dumps: there may be ten thousand of them. */
function isDump({ name, text, found }: SourceText): boolean {
  return !(found === true && /\.ya?ml$/i.test(name)) && isDumpText(text);
}

/** What is known of the nodes of dumps. Throws UsageError if it is unknown which node it belongs to. */
async function readFacts(args: Arguments, dumps: readonly SourceText[]): Promise<GivenFacts> {
  const facts = { hosts: await hostFiles(args), listening: await listeningFiles(args) };
  if (facts.hosts.length + facts.listening.length === 0) return facts;
  const { mistakeInFacts } = await import('../node-lint/facts-of-nodes.js');
  const mistake = mistakeInFacts(sortTexts(dumps), facts);
  if (mistake !== undefined) throw new UsageError(mistake);
  return facts;
}

async function readLintInputs(args: Arguments, io: Io, { ownFiles }: LintPlan): Promise<Inputs> {
  const { positionals } = args;
  if (args.has('render') && args.has('fix'))
    throw new UsageError(
      '--fix and --render exclude each other: what helm rendered is not the source, so it cannot be fixed in place',
    );
  if (positionals.length === 0 && io.inIsTerminal)
    throw new UsageError('no input: name files or directories (. for all of them here), or pipe manifests in');
  const inputs = await readWithDumps(positionals.length === 0 ? ['-'] : positionals, renderOption(args));
  // Without one of its charts, a set would lack objects that the others need.
  if (args.has('render') && inputs.unreadable.length > 0)
    throw new UsageError(
      inputs.unreadable.map(({ file, message }) => `${printable(file)}: ${message}`).join('\nkubechains: '),
    );
  const isOwn = (name: string): boolean => ownFiles.has(resolve(io.workingDirectory, name));
  return {
    ...inputs,
    texts: inputs.texts.filter(({ name }) => !isOwn(name)),
    skipped: inputs.skipped.filter(({ file }) => !isOwn(file)),
  };
}

function parseInputs({ texts, findings, skipped }: Inputs): ManifestSet {
  const parsed = readManifests(texts, diskFiles(texts));
  return { ...parsed, findings: [...findings, ...parsed.findings], skipped: [...skipped, ...parsed.skipped] };
}

async function lintAndFix(set: ManifestSet, plan: LintPlan, args: Arguments): Promise<Fixed> {
  const first = await review(set, plan);
  if (!args.has('fix')) return { set, review: first, fixed: [], changed: [] };
  const result = await fixAll(set, first, (changed) => review(changed, plan));
  if (result.changed.some(({ name }) => name === '<stdin>'))
    throw new UsageError('--fix cannot write to standard input; name the files');
  attemptWrite('fixed files', () => {
    writeFilesAtomically(result.changed.map(({ name, text }) => [name, [text]] as const));
  });
  return result;
}

/** `--write-baseline`: accepts all present findings, so that none is left to report. */
function acceptAll(result: Fixed, args: Arguments): Fixed {
  const file = args.value('write-baseline') ?? '';
  const { beforeBaseline, suppressed } = result.review;
  attemptWrite(file, () => {
    writeFileAtomically(file, [formatBaseline(beforeBaseline)]);
  });
  const accepted = beforeBaseline.map((finding) => ({ finding, kind: 'external' as const, reason: 'in the baseline' }));
  return { ...result, review: { ...result.review, findings: [], suppressed: [...suppressed, ...accepted] } };
}

function finish(result: Fixed, run: Run): ExitStatus {
  const { args, io, plan, inputs } = run;
  const reporter = reporterNamed(args.value('format') ?? 'text') ?? textReporter;
  const report = reportOfRun(result, run);
  writeReport(reporter, report, run);
  if (!args.has('quiet')) io.err(notes(result, report, reporter, run));
  for (const { file, message } of inputs.unreadable) io.err(`kubechains: ${printable(file)}: ${message}\n`);
  if (inputs.unreadable.length > 0) return 2;
  return result.review.findings.some(({ severity }) => isAtLeast(severity, plan.failOn)) ? 1 : 0;
}

function reportOfRun({ set, review: { findings, suppressed } }: Fixed, { args, io, plan, inputs, dumps }: Run): Report {
  const wanted = args.has('quiet') ? findings.filter(({ severity }) => isAtLeast(severity, plan.failOn)) : findings;
  const shown = {
    findings: args.has('render') ? wanted.map(withoutFix) : wanted,
    suppressed: args.has('omit-suppressed') ? [] : suppressed,
  };
  return reportOf(set, shown, {
    dumps,
    others: plan.settingsSource === undefined ? [] : [plan.settingsSource],
    unreadFiles: filesOf(inputs.findings),
    failOn: plan.failOn,
    workingDirectory: io.workingDirectory,
  });
}

/** Removes the fix: it would change what helm rendered, not the templates. */
function withoutFix(finding: Finding): Finding {
  const { fix, ...rest } = finding;
  return fix === undefined ? finding : rest;
}

function filesOf(findings: readonly Finding[]): number {
  return new Set(findings.map(({ file }) => file)).size;
}

function writeReport(reporter: Reporter, report: Report, { args, io }: Run): void {
  const file = args.value('output');
  const color = file === undefined && mayUseColour(io, io.outIsTerminal);
  const text = reporter.report(report, {
    color,
    width: outputWidth(io),
    quiet: args.has('quiet'),
  });
  writeOutput([text], args, io);
}

/** Notes for users besides the findings. */
function notes(
  { set, review: result, fixed, changed }: Fixed,
  report: Report,
  reporter: Reporter,
  { args, dumps }: Run,
): string {
  const said = reporter.showsSummary && !args.has('output');
  return [
    args.has('fix') ? fixedNote(fixed, changed.length) : '',
    skippedNote(set.skipped, args.has('verbose')),
    set.objects.length === 0 && set.findings.length === 0 && dumps.length === 0
      ? 'There are no Kubernetes objects and no dumps of a node among the inputs, so nothing was checked.\n'
      : '',
    args.has('write-baseline')
      ? `Wrote ${count(result.beforeBaseline.length, 'finding')} to ${args.value('write-baseline') ?? ''}; --baseline with that file reports only what is new.\n`
      : '',
    args.has('verbose') && result.gone > 0
      ? `${count(result.gone, 'finding')} of the baseline no longer occur; --write-baseline removes them.\n`
      : '',
    said ? '' : `${summaryLine(report)}\n`,
  ].join('');
}
