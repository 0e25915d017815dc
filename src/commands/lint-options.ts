import { dirname, relative, resolve } from 'node:path';
import type { Severity } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { readInputs } from '../files/inputs.js';
import { findUpward } from '../files/upward.js';
import { parseBaseline, type Baseline } from '../lint/baseline.js';
import { allRuleIds, type ReviewOptions } from '../lint/review.js';
import { noSettings, readSettings, settingsFileName, type Settings } from '../lint/settings.js';
import type { SourceText } from '../manifests/types.js';
import { nodePortRangeOption, serviceCIDROption, versionOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';

/** What a run of lint goes by: the settings file with the command line's options over it. */
export interface LintPlan extends ReviewOptions {
  readonly failOn: Severity;
  /** The settings' text, where there is a settings file. */
  readonly settingsSource?: SourceText;
  /** Files of kubechains' own, which are no input even where they lie among the manifests; absolute. */
  readonly ownFiles: ReadonlySet<string>;
}

/** Reads the settings and the baseline. Throws UsageError for files that are missing or wrong, with the place. */
export async function planLint(args: Arguments, io: Io): Promise<LintPlan> {
  const source = await settingsSource(args, io);
  const settings = source === undefined ? noSettings : checkedSettings(source);
  const settingsDirectory = source === undefined ? io.workingDirectory : dirname(resolve(io.workingDirectory, source.name));
  const willBeWritten = args.value('write-baseline');
  const baselineFile = args.value('baseline') ?? (settings.baseline === undefined ? undefined : fromHere(resolve(settingsDirectory, settings.baseline), io));
  const baseline = baselineFile === undefined || willBeWritten !== undefined ? undefined : await readBaseline(baselineFile, io);
  const own = [source?.name, baselineFile, willBeWritten, args.value('output')].filter((file) => file !== undefined);
  return {
    facts: {
      version: args.has('kube-version') ? versionOption(args) : settings.facts.version ?? versionOption(args),
      serviceCIDRs: args.has('service-cidr') ? serviceCIDROption(args) : settings.facts.serviceCIDRs ?? [],
      nodePortRange: args.has('service-node-port-range') ? nodePortRangeOption(args) : settings.facts.nodePortRange ?? nodePortRangeOption(args),
    },
    settings,
    settingsDirectory,
    workingDirectory: io.workingDirectory,
    failOn: (args.value('fail-on') as Severity | undefined) ?? settings.failOn ?? 'error',
    ownFiles: new Set(own.map((file) => resolve(io.workingDirectory, file))),
    ...(source === undefined ? {} : { settingsSource: source, settingsFile: source.name }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

async function settingsSource(args: Arguments, io: Io): Promise<SourceText | undefined> {
  if (args.has('no-settings')) return undefined;
  const found = args.value('settings') ?? findUpward(io.workingDirectory, settingsFileName);
  return found === undefined ? undefined : readOne(args.has('settings') ? found : fromHere(found, io), io);
}

function fromHere(path: string, io: Io): string {
  return relative(io.workingDirectory, path);
}

async function readOne(file: string, io: Io): Promise<SourceText> {
  const { texts, unreadable, findings } = await readInputs([resolve(io.workingDirectory, file)]);
  const problem = unreadable[0]?.message ?? findings[0]?.message;
  if (problem !== undefined) throw new UsageError(`${file}: ${problem}`);
  const text = texts[0];
  if (texts.length !== 1 || text === undefined) throw new UsageError(`${quote(file)} is no file`);
  return { name: file, text: text.text };
}

function checkedSettings(source: SourceText): Settings {
  const { settings, problems } = readSettings(source, allRuleIds);
  if (problems.length === 0) return settings;
  const lines = problems.map(({ message, range: { start } }) => `${source.name}:${start.line}:${start.column}: ${message}`);
  throw new UsageError(lines.join('\nkubechains: '));
}

async function readBaseline(file: string, io: Io): Promise<Baseline> {
  const baseline = parseBaseline((await readOne(file, io)).text);
  if (typeof baseline === 'string') throw new UsageError(`${file} ${baseline}`);
  return baseline;
}
