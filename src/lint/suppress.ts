import { compareFindings, type Finding, type ObjectReference, type Severity } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import type { SuppressedFinding } from '../diagnostics/report.js';
import type { ManifestSet } from '../manifests/types.js';
import { annotationSuppressions } from './suppress-annotations.js';
import { commentSuppressions } from './suppress-comments.js';
import type { Suppression } from './suppress-directive.js';
import { addToGroup } from '../diagnostics/groups.js';

/**
 * The id of findings about suppressions that suppress nothing. It is not a rule of the catalogue, because it checks
 * comments, not manifests.
 */
export const unusedSuppression = 'kubechains/unused-suppression';

/** The remaining findings, and the accepted ones. */
export interface Sifted {
  /** In reading order. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

interface SuppressOptions {
  /** Every rule id. */
  readonly ruleIds: ReadonlySet<string>;
  /** Severities that differ from the catalogue's: a suppression of a disabled rule is not reported as unused. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
}

/**
 * Removes the findings that a comment (`# kubechains-ignore: rule-id reason`, on or above the line) or an annotation
 * (`kubechains.dev/ignore: rule-id`) in the manifests accepts, and adds an info for each rule id of a suppression that
 * removed nothing.
 */
export function applySuppressions(
  findings: readonly Finding[],
  set: Pick<ManifestSet, 'objects' | 'sources'>,
  options: SuppressOptions,
): Sifted {
  const byPlace = new Map<string, Suppression[]>();
  const all = [...commentSuppressions(set.sources), ...annotationSuppressions(set.objects)];
  for (const suppression of all) {
    addToGroup(byPlace, placeKey(suppression), suppression);
    // A built object has values in several files.
    if (suppression.isBuilt === true && suppression.object !== undefined)
      addToGroup(byPlace, objectKey('', suppression.object), suppression);
  }
  const used = new Map<string, Set<string>>();
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const suppression = suppressionOf(finding, byPlace);
    if (suppression === undefined) kept.push(finding);
    else {
      const place = writtenAt(suppression);
      used.set(place, (used.get(place) ?? new Set()).add(finding.rule));
      suppressed.push({ finding, kind: 'inSource', reason: suppression.reason });
    }
  }
  const explain = unusedMessages(options.ruleIds);
  const places = new Map(all.map((suppression) => [writtenAt(suppression), suppression]));
  const unused = [...places].flatMap(([place, suppression]) =>
    unusedFindings(suppression, used.get(place) ?? new Set(), options, explain),
  );
  return { findings: unused.length === 0 ? kept : [...kept, ...unused].sort(compareFindings), suppressed };
}

function suppressionOf(
  finding: Finding,
  byPlace: ReadonlyMap<string, readonly Suppression[]>,
): Suppression | undefined {
  const onLine = byPlace.get(lineKey(finding.file, finding.range.start.line)) ?? [];
  const onObject = finding.object === undefined ? [] : suppressionsOf(finding.file, finding.object, byPlace);
  return [...onLine, ...onObject].find((suppression) => suppression.rules.includes(finding.rule));
}

function suppressionsOf(
  file: string,
  object: ObjectReference,
  byPlace: ReadonlyMap<string, readonly Suppression[]>,
): readonly Suppression[] {
  return [file, ''].flatMap((place) => byPlace.get(objectKey(place, object)) ?? []);
}

function unusedFindings(
  suppression: Suppression,
  used: ReadonlySet<string>,
  options: SuppressOptions,
  explain: ReturnType<typeof unusedMessages>,
): Finding[] {
  const severity = options.severities?.get(unusedSuppression) ?? 'info';
  if (severity === 'off') return [];
  const { file, range, object } = suppression;
  return [...new Set(suppression.rules)]
    .filter((rule) => !used.has(rule) && options.severities?.get(rule) !== 'off')
    .map((rule) => ({
      rule: unusedSuppression,
      severity,
      message: explain(rule, suppression),
      file,
      range,
      ...(object === undefined ? {} : { object }),
    }));
}

/** The same wrong id often occurs in many places; the similar id is searched once. */
function unusedMessages(ruleIds: ReadonlySet<string>): (rule: string, suppression: Suppression) => string {
  const unknown = new Map<string, string>();
  return (rule, { line }) => {
    if (ruleIds.has(rule))
      return `Nothing to suppress: ${rule} finds no fault ${line === undefined ? 'in this object' : `on line ${line}`}; remove it here.`;
    const message = unknown.get(rule) ?? unknownMessage(rule, ruleIds);
    unknown.set(rule, message);
    return message;
  };
}

function unknownMessage(rule: string, ruleIds: ReadonlySet<string>): string {
  const near = nearest(rule, ruleIds);
  return `There is no rule ${quote(rule)}, so this suppresses nothing${near === undefined ? '; kubechains rules lists all ids.' : `: did you mean ${near}?`}`;
}

/** The place where a suppression is written: one in a base is part of every object built from it. */
function writtenAt({ file, range: { start } }: Suppression): string {
  return `${start.line}:${start.column} ${file}`;
}

function placeKey({ file, line, object }: Suppression): string {
  return line === undefined && object !== undefined ? objectKey(file, object) : lineKey(file, line ?? 0);
}

function lineKey(file: string, line: number): string {
  return `${line} ${file}`;
}

function objectKey(file: string, { kind, namespace, name }: ObjectReference): string {
  return JSON.stringify([kind, namespace || 'default', name, file]);
}
