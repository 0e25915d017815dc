import type { Finding } from '../diagnostics/finding.js';
import { compareFindings } from '../diagnostics/finding.js';
import type { RuleDescription, SuppressedFinding } from '../diagnostics/report.js';
import type { ManifestSet } from '../manifests/types.js';
import { applyBaseline, type Baseline } from './baseline.js';
import type { ClusterFacts } from './context.js';
import { rules } from './registry.js';
import { describeRule } from './rule-page.js';
import { lint } from './run.js';
import { applyIgnore, type SettingsPlace } from './settings-ignore.js';
import type { IgnoreEntry, Settings } from './settings.js';
import { applySuppressions, unusedSuppression } from './suppress.js';

export interface ReviewOptions extends SettingsPlace {
  readonly facts: ClusterFacts;
  readonly settings: Settings;
  /** What findings about the settings themselves call their file. */
  readonly settingsFile?: string;
  readonly baseline?: Baseline;
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
  const { findings } = await lint(set, { facts: options.facts, severities });
  const inSource = applySuppressions(findings, set, { ruleIds: new Set(allRuleIds), severities });
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
export const allRuleIds: readonly string[] = [...rules.map((rule) => rule.id), unusedSuppression];

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
  return new Map([...rules.map(describeRule), unused].map((description) => [description.id, description]));
}
