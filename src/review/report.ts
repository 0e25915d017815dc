import { countSeverities, type Report } from '../diagnostics/report.js';
import type { Severity } from '../diagnostics/finding.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { version } from '../version.js';
import { ruleDescriptions, type Review } from './review.js';

/** What a report contains besides the manifests and the findings. */
interface ReportFacts {
  readonly dumps: readonly SourceText[];
  /** Further texts with findings, such as the settings. */
  readonly others: readonly SourceText[];
  /** How many files could not be read as text; they have findings, too. Default 0. */
  readonly unreadFiles?: number;
  readonly failOn: Severity;
  /** An absolute path. */
  readonly workingDirectory: string;
}

/** The report of a review, for reporters. */
export function reportOf(
  set: ManifestSet,
  { findings, suppressed }: Pick<Review, 'findings' | 'suppressed'>,
  { dumps, others, unreadFiles = 0, failOn, workingDirectory }: ReportFacts,
): Report {
  return {
    toolVersion: version,
    findings,
    suppressed,
    rules: ruleDescriptions(),
    texts: new Map([...set.sources, ...dumps, ...others].map(({ name, text }) => [name, text])),
    summary: {
      ...countSeverities(findings),
      files: set.sources.length + dumps.length + unreadFiles,
      objects: new Set(set.objects.map((object) => object.written ?? object)).size,
      skipped: set.skipped.length,
    },
    failOn,
    workingDirectory,
  };
}
