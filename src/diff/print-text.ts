import { fitLines, wrapRule } from '../diagnostics/layout.js';
import { coloured, guardLines, printable } from '../diagnostics/terminal.js';
import { plain } from '../explain/words/plain.js';
import { alike, besidesByService, equality, familyNote, summaryLines, verdict } from './summary.js';
import type { DiffReport, Severity } from './types.js';
import { someOf } from '../diagnostics/words.js';

interface TextOptions {
  readonly colour: boolean;
  /** The columns of a line at most. */
  readonly width?: number | undefined;
}

const colours: Readonly<Record<Severity, number>> = { stops: 31, changes: 33, starts: 32, rules: 2 };

/** A report for a terminal: the verdict, sentences for each Service, then the rules as a unified diff. */
export function printText(report: DiffReport, { colour, width }: TextOptions): string {
  const paint = (code: number, text: string): string => (colour ? coloured(text, code) : text);
  const lines = [paint(1, verdict(report)), ...summaryLines(report).map((line) => `  ${line}`)];
  if (report.refusals.length > 0) lines.push('', paint(1, 'Rejected'));
  for (const { sentence, file, line } of report.refusals)
    lines.push(`  ${printable(file)}:${line}: ${printable(sentence)}.`);
  for (const [index, { severity, sentence, family }] of report.nodeDifferences.entries()) {
    if (report.nodeDifferences[index - 1]?.family !== family)
      lines.push('', paint(1, `The node${familyNote(report, family)}`));
    lines.push(`  ${paint(colours[severity], severity.padEnd(8))} ${printable(sentence)}.`);
  }
  for (const { names, first } of alike(report.services)) {
    lines.push('', paint(1, `${someOf(names, 6)}${familyNote(report, first.family)}`));
    for (const { severity, sentence } of first.changes)
      lines.push(`  ${paint(colours[severity], severityWord(severity).padEnd(8))} ${printable(sentence)}.`);
    if (first.causes.length > 0) lines.push(`  ${'why'.padEnd(8)} ${first.causes.map(printable).join('; ')}`);
  }
  for (const { service, differences } of besidesByService(report)) {
    lines.push('', paint(1, `${plain(service)}, apart from kube-proxy's rules`));
    for (const { severity, sentence } of differences)
      lines.push(`  ${paint(colours[severity], severity.padEnd(8))} ${printable(sentence)}.`);
  }
  if (!report.differs && report.assumptions.length > 0) lines.push(equality(report));
  const rules = ruleLines(report).flatMap((line) => wrapRule(line, width).map((part) => paintRule(part, line, paint)));
  const notes = report.notes.flatMap((note) => ['', `Note: ${printable(note)}.`]);
  const all = [
    ...lines.map((line) => fitLines(line, width)),
    ...(rules.length === 0 ? [] : ['']),
    ...rules,
    ...notes.map((line) => fitLines(line, width)),
  ]
    .map((line) => `${line}\n`)
    .join('');
  return guardLines(all);
}

export function severityWord(severity: Severity): string {
  return severity === 'rules' ? 'name' : severity;
}

/** The differences of rules as one unified diff, with a section for each Service; chains are named by their purpose. */
export function ruleLines(report: DiffReport): string[] {
  const sections = [
    ...report.nodeRules.map((rules) => ({ name: `node${familyNote(report, rules.family)}`, rules })),
    ...report.services.map((service) => ({
      name: `${service.name}${familyNote(report, service.family)}`,
      rules: service.rules,
    })),
  ].filter(({ rules }) => rules.unified !== '');
  if (sections.length === 0) return [];
  const body = sections.flatMap(({ name, rules }) =>
    rules.unified
      .trimEnd()
      .split('\n')
      .map((line) => (line.startsWith('@@') ? `${line} ${name}` : line)),
  );
  return [`--- ${printable(report.from)}`, `+++ ${printable(report.to)}`, ...body];
}

/** A part of a line, in the colour of the whole. */
function paintRule(part: string, line: string, paint: (code: number, text: string) => string): string {
  if (line.startsWith('@@')) return paint(36, part);
  return line.startsWith('-') ? paint(31, part) : line.startsWith('+') ? paint(32, part) : part;
}
