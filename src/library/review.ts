/** Library functions that review manifests and dumps, as `kubechains lint` does. */
import { posix } from 'node:path';
import { defaultVersion } from '../cluster/version.js';
import { isAtLeast, type Severity } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { Report, ReportStyle } from '../diagnostics/report.js';
import { reporterNamed, reporters } from '../diagnostics/reporters/index.js';
import { formatBaseline, parseBaseline, type Baseline } from '../lint/baseline.js';
import type { ClusterFacts } from '../lint/context.js';
import { noSettings, readSettings as readSettingsText, type Settings } from '../lint/settings.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { families } from '../net/address.js';
import type { GivenFacts } from '../node-lint/facts-of-nodes.js';
import { lintNodes as lintTexts, type NodeLintOptions, type NodeLintResult } from '../node-lint/run.js';
import { defaultNodePortRange } from '../pipeline/complete.js';
import { modes } from '../pipeline/modes.js';
import { reportOf } from '../review/report.js';
import { allRuleIds, review, type Review } from '../review/review.js';
import { hasFields, must, mustBeManifests, mustBeOptions, mustBeText, mustBeTexts } from './values.js';

/**
 * The options of a review; absent ones are as on the command line without a settings file. `hosts` and `listening` are
 * facts of the nodes in `dumps`.
 */
export interface LintOptions extends GivenFacts {
  /** Facts about the cluster; they override those of the settings. */
  readonly facts?: Partial<ClusterFacts>;
  /** Severities by rule id, which override those of the settings; `off` disables a rule. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
  /** The text of `kubechains.yaml`. */
  readonly settings?: SourceText;
  /** The text of a baseline, which `formatBaseline` writes: its findings are accepted. */
  readonly baseline?: SourceText;
  /** Dumps of the nodes of this cluster, reviewed as well. */
  readonly dumps?: readonly SourceText[];
  /** The review fails if there is a finding of this severity or worse. Default: that of the settings, else `error`. */
  readonly failOn?: Severity;
  /** The absolute path to which relative names of texts refer; default `/`. */
  readonly workingDirectory?: string;
}

/** The findings that nobody has accepted, those that were, and the report of both for `printReport`. */
export interface LintResult extends Review {
  readonly report: Report;
  /** Whether a finding is at or above `failOn`. */
  readonly isFailed: boolean;
}

/**
 * Reviews manifests, and dumps of their nodes, with all rules. Comments, annotations, settings and the baseline accept
 * findings. Facts about the cluster have the command line's defaults: Kubernetes 1.36, no known service range, node ports
 * from 30000 to 32767. Throws TypeError for wrong values, and for mistakes in the settings or the baseline.
 */
export async function lint(set: ManifestSet, options: LintOptions = {}): Promise<LintResult> {
  mustBeManifests('lint', set);
  mustBeOptions('lint', options);
  const {
    dumps = [],
    hosts = [],
    listening = [],
    workingDirectory = '/',
    severities = new Map<string, Severity>(),
  } = options;
  mustBeTexts('lint({ dumps })', dumps);
  must(severities instanceof Map, 'lint({ severities })', 'a Map of rule ids to severities', severities);
  const settings = options.settings === undefined ? noSettings : readSettings(options.settings);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  const failOn = options.failOn ?? settings.failOn ?? 'error';
  must(failLevels.includes(failOn), 'lint({ failOn })', `a severity: ${failLevels.join(', ')}`, failOn);
  const settingsName = options.settings?.name;
  const result = await review(set, {
    facts: { ...defaultFacts, ...settings.facts, ...options.facts },
    isVersionGiven: (options.facts?.version ?? settings.facts.version) !== undefined,
    settings: { ...settings, severities: new Map([...settings.severities, ...severities]) },
    settingsDirectory: posix.dirname(posix.resolve(workingDirectory, settingsName ?? 'kubechains.yaml')),
    workingDirectory,
    dumps,
    hosts,
    listening,
    ...(settingsName === undefined ? {} : { settingsFile: settingsName }),
    ...(baseline === undefined ? {} : { baseline }),
  });
  const others = options.settings === undefined ? [] : [options.settings];
  const report = reportOf(set, result, { dumps, others, failOn, workingDirectory });
  return { ...result, report, isFailed: result.findings.some(({ severity }) => isAtLeast(severity, failOn)) };
}

const failLevels: readonly Severity[] = ['error', 'warning', 'info'];

const defaultFacts: ClusterFacts = {
  version: defaultVersion,
  serviceCIDRs: [],
  nodePortRange: defaultNodePortRange,
};

/** The content of `kubechains.yaml`. Throws TypeError for mistakes in it, with their places. */
export function readSettings(source: SourceText): Settings {
  mustBeText('readSettings', source);
  const { settings, problems } = readSettingsText(source, allRuleIds, {
    modes: Object.keys(modes),
    formats: [...new Set(Object.values(modes).flatMap((mode) => mode.formats))],
    families,
  });
  if (problems.length === 0) return settings;
  const places = problems.map(
    ({ message, range: { start } }) => `${source.name}:${start.line}:${start.column}: ${message}`,
  );
  throw new TypeError(places.join('\n'));
}

function readBaseline(source: SourceText): Baseline {
  mustBeText('lint({ baseline })', source);
  const read = parseBaseline(source.text);
  if (typeof read === 'string') throw new TypeError(`${quote(source.name)} ${read}`);
  return read;
}

export { formatBaseline };

const plainStyle: ReportStyle = { color: false, width: undefined, quiet: false };

/** A report in the format of a reporter (`reporters`). Throws TypeError for an unknown format. */
export function printReport(report: Report, format = 'text', style: Partial<ReportStyle> = {}): string {
  const isReport = hasFields(report, { findings: 'list', suppressed: 'list', summary: 'object', rules: 'object' });
  must(isReport, 'printReport', '`report` of what lint gives', report);
  const reporter = reporterNamed(format);
  const names = reporters.map(({ name }) => name).join(', ');
  if (reporter === undefined) throw new TypeError(`printReport takes a format: ${names}; not ${quote(format)}`);
  return reporter.report(report, { ...plainStyle, ...style });
}

/**
 * Reviews the nodes in dumps, which are recognised by content, with the rules `node/…`; other texts are ignored. Dumps
 * in one folder belong to one node, until a program's output appears again. Throws TypeError for values that are not
 * texts.
 */
export async function lintNodes(texts: readonly SourceText[], options: NodeLintOptions = {}): Promise<NodeLintResult> {
  mustBeTexts('lintNodes', texts);
  mustBeOptions('lintNodes', options);
  return lintTexts(texts, options);
}
