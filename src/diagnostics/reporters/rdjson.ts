import { singleEdit } from '../apply-fixes.js';
import type { Finding, Position, Range, Severity } from '../finding.js';
import { escapeInvisible, stringifyJson } from '../invisible.js';
import { lineLookup, type Lines } from '../lines.js';
import { plainFileName, type Reporter } from '../report.js';

const severities: Record<Severity, string> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };

/** The Reviewdog Diagnostic Format. Its columns count UTF-8 bytes, and a suggestion replaces exactly one range. */
export const rdjsonReporter: Reporter = {
  name: 'rdjson',
  description: 'Reviewdog Diagnostic Format, with suggestions',
  showsSummary: false,
  report(report) {
    const linesOf = lineLookup(report.texts);
    const diagnostics = report.findings.map((finding) => diagnostic(finding, linesOf(finding.file)));
    return `${stringifyJson({ source: { name: 'kubechains' }, diagnostics })}\n`;
  },
};

function diagnostic(finding: Finding, lines: Lines): object {
  return {
    message: escapeInvisible(finding.message),
    location: { path: plainFileName(finding.file), range: byteRange(finding.range, lines) },
    severity: severities[finding.severity],
    code: { value: finding.rule },
    ...suggestions(finding, lines),
  };
}

function suggestions({ fix }: Finding, lines: Lines): object {
  const edit = fix === undefined ? undefined : singleEdit(lines.text, fix);
  if (edit === undefined) return {};
  return { suggestions: [{ range: byteRange(lines.range(edit.startOffset, edit.endOffset), lines), text: edit.text }] };
}

function byteRange({ start, end }: Range, lines: Lines): Range {
  return { start: bytePosition(start, lines), end: bytePosition(end, lines) };
}

function bytePosition({ line, column }: Position, lines: Lines): Position {
  const text = lines.line(line);
  const bytes = Buffer.byteLength(text.slice(0, column - 1), 'utf8');
  return { line, column: text === '' ? column : bytes + 1 };
}
