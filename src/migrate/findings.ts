/** Converts differences to findings, if a line of a manifest causes them. */
import { compareFindings, type Finding, type Severity } from '../diagnostics/finding.js';
import type { Report, RuleDescription } from '../diagnostics/report.js';
import { countSeverities } from '../diagnostics/report.js';
import { quote } from '../diagnostics/quote.js';
import { sourceAt } from '../manifests/types.js';
import type { Impact } from '../compare/impact.js';
import { allKinds, kindPage } from './pages.js';
import type { Migration, MigrationDifference } from './report.js';
import { namespaceOf } from '../manifests/values.js';

const severities: Readonly<Record<Impact, Severity>> = { stops: 'error', changes: 'warning', starts: 'info' };

/** A finding for each kind and field; for several differences of one kind, the worst. */
export function findingsOf({ differences, from, to }: Migration): Finding[] {
  const worst = new Map<string, Finding>();
  for (const one of differences) {
    const finding = findingOf(one, `${from.mode.title} → ${to.mode.title}`);
    if (finding === undefined) continue;
    const key = `${finding.file} ${finding.range.start.line} ${finding.range.start.column} ${finding.rule}`;
    const known = worst.get(key);
    if (known === undefined || rank(finding.severity) > rank(known.severity)) worst.set(key, finding);
  }
  return [...worst.values()].sort(compareFindings);
}

function rank(severity: Severity): number {
  return ['info', 'warning', 'error'].indexOf(severity);
}

function findingOf({ kind, severity, sentence, blamed }: MigrationDifference, title: string): Finding | undefined {
  if (blamed === undefined) return undefined;
  const { object, path } = blamed;
  return {
    rule: ruleOf(kind.id),
    severity: severities[severity],
    message: `${title}: ${sentence} (Service ${quote(`${namespaceOf(object)}/${object.name}`)}).`,
    file: sourceAt(object, path).name,
    range: object.locate(path),
    object: { kind: object.kind, namespace: object.namespace, name: object.name },
    path,
  };
}

function ruleOf(id: string): string {
  return `migrate/${id}`;
}

/** A report for the reporters of findings. */
export function findingReport(migration: Migration, toolVersion: string, workingDirectory: string): Report {
  const findings = findingsOf(migration);
  const set = migration.to.node.manifests ?? migration.from.node.manifests;
  const rules = allKinds.map((kind): [string, RuleDescription] => [
    ruleOf(kind.id),
    { id: ruleOf(kind.id), severity: 'warning', summary: kind.title, help: kindPage(kind) },
  ]);
  return {
    toolVersion,
    findings,
    suppressed: [],
    rules: new Map(rules),
    texts: new Map(set?.sources.map(({ name, text }) => [name, text])),
    summary: {
      ...countSeverities(findings),
      files: set?.sources.length ?? 0,
      objects: set?.objects.length ?? 0,
      skipped: set?.skipped.length ?? 0,
    },
    failOn: 'error',
    workingDirectory,
  };
}
