import type { Finding, Severity } from './finding.js';

/** What a report says of a rule: enough for SARIF's help and the names in other formats. */
export interface RuleDescription {
  readonly id: string;
  readonly severity: Severity;
  /** One line. */
  readonly summary: string;
  /** The rule's whole page, Markdown. */
  readonly help: string;
}

/** A finding that somebody has accepted. */
export interface SuppressedFinding {
  readonly finding: Finding;
  /** `inSource`: a comment or annotation in the manifest. `external`: the settings file or the baseline. */
  readonly kind: 'inSource' | 'external';
  /** Why, as the person wrote it; `''` where nothing is said. */
  readonly reason: string;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Files that were read, with or without findings. */
  readonly files: number;
  readonly objects: number;
  /** Files or documents that were passed over. */
  readonly skipped: number;
}

/** All that a reporter may show. Findings are in reading order (`compareFindings`). */
export interface Report {
  readonly toolVersion: string;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly rules: ReadonlyMap<string, RuleDescription>;
  /** The text of each file that was read, by the name that findings use. */
  readonly texts: ReadonlyMap<string, string>;
  readonly summary: Summary;
  /** Findings of this severity and worse make the run fail. */
  readonly failOn: Severity;
  /** What relative file names are relative to: an absolute path. */
  readonly workingDirectory: string;
}

/** How a report for people is to look. */
export interface ReportStyle {
  readonly color: boolean;
  /** Terminal columns that lines may take; undefined where nobody says how many there are. */
  readonly width: number | undefined;
  /** Findings only, without a summary. */
  readonly quiet: boolean;
}

/**
 * One output format: the text for standard output, line breaks included. Adding one: a file here and a line in
 * `reporters/index.ts`.
 */
export interface Reporter {
  readonly name: string;
  /** For `--help` and the documentation. */
  readonly description: string;
  /** Whether the format is for people and shows the summary itself. */
  readonly showsSummary: boolean;
  report(report: Report, style: ReportStyle): string;
}

/** Counts findings by severity. */
export function countSeverities(findings: readonly Finding[]): Pick<Summary, 'errors' | 'warnings' | 'infos'> {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info') };
}

/** Findings by file, in the order in which the files first appear; the files of `names` in front of those. */
export function findingsByFile(findings: readonly Finding[], names: Iterable<string> = []): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>(Array.from(names, (name) => [name, []]));
  for (const finding of findings) {
    const group = files.get(finding.file);
    if (group === undefined) files.set(finding.file, [finding]);
    else group.push(finding);
  }
  return files;
}

/** `3 errors, 1 warning in 2 of 14 files (31 objects, 2 skipped inputs)` */
export function summaryLine(report: Pick<Report, 'findings' | 'summary'>): string {
  const { summary, findings } = report;
  const rest = [plural(summary.objects, 'object')];
  if (summary.skipped > 0) rest.push(`${plural(summary.skipped, 'input')} skipped`);
  const files = new Set(findings.map((finding) => finding.file)).size;
  const where = files === 0 ? `in ${plural(summary.files, 'file')}` : `in ${files} of ${plural(summary.files, 'file')}`;
  return `${severityCounts(summary)} ${where} (${rest.join(', ')})`;
}

function severityCounts({ errors, warnings, infos }: Summary): string {
  const counts: string[] = [];
  if (errors > 0) counts.push(plural(errors, 'error'));
  if (warnings > 0) counts.push(plural(warnings, 'warning'));
  if (infos > 0) counts.push(plural(infos, 'info'));
  return counts.length === 0 ? 'no findings' : counts.join(', ');
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A file's name as tools on the other side want it: relative ones without `./`. */
export function plainFileName(name: string): string {
  return name.replace(/^(?:\.\/+)+/, '');
}
