import { excerpt } from '../excerpt.js';
import type { Finding, Severity } from '../finding.js';
import { coloured, guardLines, printable } from '../terminal.js';
import { wrapWords } from '../layout.js';
import { Lines } from '../lines.js';
import { findingsByFile, summaryLine, type Report, type Reporter, type ReportStyle } from '../report.js';
import { count } from '../words.js';

/** Columns for source lines if the terminal's width is unknown. */
const usualWidth = 120;

/** For people: findings by file, each with its source line and carets under the faulty node. */
export const textReporter: Reporter = {
  name: 'text',
  description: 'for people: by file, with the source line at fault',
  showsSummary: true,
  report(report, style) {
    const blocks = [...findingsByFile(report.findings)].map(([file, findings]) =>
      fileBlock(file, findings, report, style),
    );
    if (!style.quiet) blocks.push(`${summary(report, style)}\n`);
    return guardLines(blocks.join('\n'));
  },
};

function fileBlock(file: string, findings: readonly Finding[], report: Report, style: ReportStyle): string {
  const text = report.texts.get(file);
  const lines = text === undefined ? undefined : new Lines(text);
  const entries = findings.map((finding) => entry(finding, lines, style));
  return `${paint('bold', printable(file), style)}\n${entries.join('')}`;
}

function entry(finding: Finding, lines: Lines | undefined, style: ReportStyle): string {
  const { start } = finding.range;
  const head = [
    `  ${start.line}:${start.column}`,
    paint(severityColors[finding.severity], finding.severity, style),
    printable(finding.message),
    paint('dim', finding.rule, style),
  ].join(' ');
  return `${wrapWords(head, style.width, '', '    ').join('\n')}\n${lines === undefined ? '' : sourceLines(finding, lines, style)}`;
}

/** The source line with its number, and the carets; nothing for an empty line, such as the end of a file. */
function sourceLines(finding: Finding, lines: Lines, style: ReportStyle): string {
  const { start, end } = finding.range;
  const source = lines.line(start.line);
  if (source.trim() === '') return '';
  const number = String(start.line).padStart(6);
  const shown = excerpt(
    source,
    start.column,
    end.line === start.line ? end.column : source.length + 1,
    (style.width ?? usualWidth) - number.length - 3,
  );
  const gutter = (text: string): string => paint('dim', `${text} |`, style);
  return (
    `${gutter(number)} ${shown.text}\n${gutter(' '.repeat(number.length))} ` +
    `${paint(severityColors[finding.severity], shown.carets, style)}\n`
  );
}

function summary(report: Report, style: ReportStyle): string {
  const { errors, warnings } = report.summary;
  const worst = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'bold';
  const notes: string[] = [];
  const fixable = report.findings.filter((finding) => finding.fix !== undefined).length;
  if (fixable > 0) notes.push(`${fixable} can be fixed with --fix`);
  if (report.suppressed.length > 0) notes.push(`${count(report.suppressed.length, 'finding')} suppressed`);
  const line = paint(worst, summaryLine(report), style);
  return notes.length === 0 ? line : `${line}\n${notes.join('; ')}`;
}

type Color = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';
const codes: Record<Color, string> = { bold: '1', dim: '2', red: '31', yellow: '33', cyan: '36' };
const severityColors: Record<Severity, Color> = { error: 'red', warning: 'yellow', info: 'cyan' };

function paint(color: Color, text: string, style: ReportStyle): string {
  return style.color ? coloured(text, codes[color]) : text;
}
