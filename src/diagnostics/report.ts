import type { Finding, Severity } from './finding.js';
import { addToGroup } from './groups.js';
import { count } from './words.js';

/** A rule's description in reports: for SARIF's help and the rule names of other formats. */
export interface RuleDescription {
  readonly id: string;
  readonly severity: Severity;
  /** One line. */
  readonly summary: string;
  /** The rule's whole page, Markdown. */
  readonly help: string;
}

/** A finding that somebody has suppressed. */
export interface SuppressedFinding {
  readonly finding: Finding;
  /** `inSource`: by a comment or annotation in the manifest. `external`: by the settings file or the baseline. */
  readonly kind: 'inSource' | 'external';
  /** The reason the person gave; `''` if none. */
  readonly reason: string;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** How many files were read, with or without findings. */
  readonly files: number;
  readonly objects: number;
  /** How many files or documents were skipped. */
  readonly skipped: number;
}

/** All data a reporter may use. Findings are in reading order (`compareFindings`). */
export interface Report {
  readonly toolVersion: string;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly rules: ReadonlyMap<string, RuleDescription>;
  /** The text of each file that was read, by the file name that findings use. */
  readonly texts: ReadonlyMap<string, string>;
  readonly summary: Summary;
  /** The run fails if there is a finding of this severity or worse. */
  readonly failOn: Severity;
  /** The absolute path to which relative file names refer. */
  readonly workingDirectory: string;
}

/** How to format a report for people. */
export interface ReportStyle {
  readonly color: boolean;
  /** Terminal columns available; undefined if unknown. */
  readonly width: number | undefined;
  /** Shows findings only, no summary. */
  readonly quiet: boolean;
}

/**
 * One output format: returns the text for standard output, including line breaks. To add one, write a file here and a
 * line in `reporters/index.ts`.
 */
export interface Reporter {
  readonly name: string;
  /** The description in `--help` and the documentation. */
  readonly description: string;
  /** Whether the format is for people and includes the summary. */
  readonly showsSummary: boolean;
  report(report: Report, style: ReportStyle): string;
}

/** Counts findings by severity. */
export function countSeverities(findings: readonly Finding[]): Pick<Summary, 'errors' | 'warnings' | 'infos'> {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info') };
}

/** Findings by file, in the order in which files first appear; the files in `names` come first. */
export function findingsByFile(findings: readonly Finding[], names: Iterable<string> = []): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>(Array.from(names, (name) => [name, []]));
  for (const finding of findings) {
    addToGroup(files, finding.file, finding);
  }
  return files;
}

/** `3 errors, 1 warning in 2 of 14 files (31 objects, 2 skipped inputs)` */
export function summaryLine(report: Pick<Report, 'findings' | 'summary'>): string {
  const { summary, findings } = report;
  const rest = [count(summary.objects, 'object')];
  if (summary.skipped > 0) rest.push(`${count(summary.skipped, 'input')} skipped`);
  const files = new Set(findings.map((finding) => finding.file)).size;
  const where = files === 0 ? `in ${count(summary.files, 'file')}` : `in ${files} of ${count(summary.files, 'file')}`;
  return `${severityCounts(summary)} ${where} (${rest.join(', ')})`;
}

function severityCounts({ errors, warnings, infos }: Summary): string {
  const counts: string[] = [];
  if (errors > 0) counts.push(count(errors, 'error'));
  if (warnings > 0) counts.push(count(warnings, 'warning'));
  if (infos > 0) counts.push(count(infos, 'info'));
  return counts.length === 0 ? 'no findings' : counts.join(', ');
}

/** A file's name for other tools: relative names without `./`. */
export function plainFileName(name: string): string {
  return name.replace(/^(?:\.\/+)+/, '');
}
