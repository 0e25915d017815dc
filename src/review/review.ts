import type { Finding } from '../diagnostics/finding.js';
import { compareFindings } from '../diagnostics/finding.js';
import type { RuleDescription, SuppressedFinding } from '../diagnostics/report.js';
import { applyBaseline, type Baseline } from '../lint/baseline.js';
import type { ClusterFacts } from '../lint/context.js';
import { describeRule } from '../lint/rule-page.js';
import { lint } from '../lint/run.js';
import { applyIgnore, type SettingsPlace } from '../lint/settings-ignore.js';
import type { IgnoreEntry, Settings } from '../lint/settings.js';
import { applySuppressions, unusedSuppression } from '../lint/suppress.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { GivenFacts } from '../node-lint/facts-of-nodes.js';
import { catalogue } from './catalogue.js';

/** The facts of nodes are those of the nodes in `dumps`. */
export interface ReviewOptions extends SettingsPlace, GivenFacts {
  readonly facts: ClusterFacts;
  /**
   * Whether the user gave the version in the facts; otherwise the drift rules use the version of a node's Node object
   * or rules.
   */
  readonly isVersionGiven?: boolean;
  readonly settings: Settings;
  /** The file name in findings about the settings themselves. */
  readonly settingsFile?: string;
  readonly baseline?: Baseline;
  /** Dumps of nodes; the manifests may describe the same nodes. */
  readonly dumps?: readonly SourceText[];
}

export interface Review {
  /** Findings that nobody has accepted, in reading order. */
  readonly findings: readonly Finding[];
  /** All findings except those that manifests or settings accept: the input for writing a baseline. */
  readonly beforeBaseline: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** How many findings of the baseline no longer occur. */
  readonly gone: number;
}

/**
 * Runs the rules, then removes the findings that comments, annotations, the settings and the baseline accept, in that
 * order.
 */
export async function review(set: ManifestSet, options: ReviewOptions): Promise<Review> {
  const { severities } = options.settings;
  const { dumps = [] } = options;
  const { findings } = await lint(set, { facts: options.facts, severities });
  const ofNodes = dumps.length === 0 ? [] : await lintDumps(dumps, set, options);
  const inSource = applySuppressions(
    [...findings, ...ofNodes],
    { objects: set.objects, sources: [...set.sources, ...dumps] },
    { ruleIds: new Set(allRuleIds), severities },
  );
  const ignored = applyIgnore(inSource.findings, options.settings.ignore, options);
  const unused = ignored.unused.flatMap((entry) => unusedEntry(entry, options));
  const beforeBaseline = [...ignored.findings, ...unused].sort(compareFindings);
  const known = applyBaseline(beforeBaseline, options.baseline ?? new Map());
  return {
    findings: known.findings,
    beforeBaseline,
    suppressed: [...inSource.suppressed, ...ignored.suppressed, ...known.suppressed].sort((a, b) =>
      compareFindings(a.finding, b.finding),
    ),
    gone: known.gone,
  };
}

/** Loads the rules for nodes only if there are dumps. */
async function lintDumps(
  dumps: readonly SourceText[],
  manifests: ManifestSet,
  {
    settings: { severities },
    facts: { version, serviceCIDRs, nodePortRange },
    isVersionGiven = false,
    hosts = [],
    listening = [],
  }: ReviewOptions,
): Promise<readonly Finding[]> {
  const { lintNodes } = await import('../node-lint/run.js');
  const cluster = { ...(isVersionGiven ? { kubeVersion: version } : {}), serviceCIDRs, nodePortRange };
  return (await lintNodes(dumps, { severities, manifests, cluster, hosts, listening })).findings;
}

/**
 * An entry with a path may be for files that this run did not read, so only entries without a path can be reported as
 * unused.
 */
function unusedEntry({ path, range }: IgnoreEntry, { settingsFile, settings }: ReviewOptions): Finding[] {
  const severity = settings.severities.get(unusedSuppression) ?? 'info';
  if (path !== undefined || settingsFile === undefined || severity === 'off') return [];
  return [
    {
      rule: unusedSuppression,
      severity,
      message: 'This entry of ignore fits no finding: remove it.',
      file: settingsFile,
      range,
    },
  ];
}

/** Every id that settings may contain. */
export const allRuleIds: readonly string[] = [...catalogue.map((rule) => rule.id), unusedSuppression];

/** Descriptions of the rules for reports. */
export function ruleDescriptions(): ReadonlyMap<string, RuleDescription> {
  const unused: RuleDescription = {
    id: unusedSuppression,
    severity: 'info',
    summary: 'A suppression that suppresses nothing',
    help:
      'A `# kubechains-ignore:` comment, a `kubechains.dev/ignore` annotation or an entry of `ignore` in ' +
      'kubechains.yaml accepts findings that are not there. Remove it, so that it does not hide a fault later.\n',
  };
  return new Map([...catalogue.map(describeRule), unused].map((description) => [description.id, description]));
}
