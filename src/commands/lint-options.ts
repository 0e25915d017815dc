import { printable } from '../diagnostics/terminal.js';
import { dirname, relative, resolve } from 'node:path';
import type { Severity } from '../diagnostics/finding.js';
import { parseBaseline, type Baseline } from '../lint/baseline.js';
import type { ReviewOptions } from '../review/review.js';
import { noSettings } from '../lint/settings.js';
import type { SourceText } from '../manifests/types.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { clusterFacts, settingsFileFor } from './cluster-facts.js';
import { checkedSettings, readOneFile } from './settings-file.js';

/** The options of a run of lint: the settings file, overridden by the command line. */
export interface LintPlan extends ReviewOptions {
  readonly failOn: Severity;
  /** The text of the settings file, if there is one. */
  readonly settingsSource?: SourceText;
  /** kubechains' own files, which are not inputs even if they are among the manifests; absolute paths. */
  readonly ownFiles: ReadonlySet<string>;
}

/** Reads the settings and the baseline. Throws UsageError for missing or invalid files, with the place. */
export async function planLint(args: Arguments, io: Io): Promise<LintPlan> {
  const source = await settingsSource(args, io);
  const settings = source === undefined ? noSettings : checkedSettings(source);
  const settingsDirectory =
    source === undefined ? io.workingDirectory : dirname(resolve(io.workingDirectory, source.name));
  const willBeWritten = args.value('write-baseline');
  const baselineFile =
    args.value('baseline') ??
    (settings.baseline === undefined ? undefined : fromHere(resolve(settingsDirectory, settings.baseline), io));
  const baseline =
    baselineFile === undefined || willBeWritten !== undefined ? undefined : await readBaseline(baselineFile, io);
  const own = [source?.name, baselineFile, willBeWritten, args.value('output')].filter((file) => file !== undefined);
  return {
    facts: clusterFacts(args, settings.facts),
    isVersionGiven: args.has('kube-version') || settings.facts.version !== undefined,
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
  const file = settingsFileFor(args, io);
  return file === undefined ? undefined : readOneFile(file, io);
}

function fromHere(path: string, io: Io): string {
  return relative(io.workingDirectory, path);
}

async function readBaseline(file: string, io: Io): Promise<Baseline> {
  const baseline = parseBaseline((await readOneFile(file, io)).text);
  if (typeof baseline === 'string') throw new UsageError(`${printable(file)} ${baseline}`);
  return baseline;
}
