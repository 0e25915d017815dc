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
import { catalogue } from './catalogue.js';

export interface ReviewOptions extends SettingsPlace {
  readonly facts: ClusterFacts;
  /** Whether somebody gave the version among the facts; else that of a node's Node or rules counts for drift. */
  readonly isVersionGiven?: boolean;
  readonly settings: Settings;
  /** What findings about the settings themselves call their file. */
  readonly settingsFile?: string;
  readonly baseline?: Baseline;
  /** Texts that are dumps of nodes, which the manifests may describe. */
  readonly dumps?: readonly SourceText[];
}

export interface Review {
  /** What nobody has accepted, in reading order. */
  readonly findings: readonly Finding[];
  /** All findings but those that manifests or settings accept: what a baseline is written from. */
  readonly beforeBaseline: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** How many findings of the baseline are no more. */
  readonly gone: number;
}

/** Runs the rules, then takes away what comments, annotations, the settings and the baseline accept, in that order. */
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

/** Loads the rules' machinery only where there is something for it. */
async function lintDumps(
  dumps: readonly SourceText[],
  manifests: ManifestSet,
  { settings: { severities }, facts: { version, serviceCIDRs, nodePortRange }, isVersionGiven = false }: ReviewOptions,
): Promise<readonly Finding[]> {
  const { lintNodes } = await import('../node-lint/run.js');
  const cluster = { ...(isVersionGiven ? { kubeVersion: version } : {}), serviceCIDRs, nodePortRange };
  return (await lintNodes(dumps, { severities, manifests, cluster })).findings;
}

/**
 * An entry with a path may be about files that this run did not look at, so only entries without one can be called
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

/** Every id that settings may name. */
export const allRuleIds: readonly string[] = [...catalogue.map((rule) => rule.id), unusedSuppression];

/** What reports say of each rule. */
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
