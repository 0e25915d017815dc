/** Prints a report for people in a hurry: first the first failure, then every check with its result. */
import { wrapWords } from '../diagnostics/layout.js';
import { coloured, printable } from '../diagnostics/terminal.js';
import type { Reason } from '../explain/types.js';
import { reportSummary } from './summary.js';
import type { CheckReport, CheckResult, CheckStatus } from './types.js';

export interface CheckStyle {
  readonly colour: boolean;
  /** The columns available for lines. */
  readonly width: number;
}

const words: Readonly<Record<CheckStatus, string>> = { ok: 'ok', failed: 'FAILED', unknown: 'unknown' };
const colourOf: Readonly<Record<CheckStatus, number>> = { ok: 32, failed: 31, unknown: 33 };
/** The width of `unknown` and two blanks. */
const indent = 9;

/** The report, including its last line break. */
export function printCheckText(report: CheckReport, style: CheckStyle): string {
  const first = report.checks.find(({ id }) => id === report.first);
  const lines = [
    ...wrapped(printable(reportSummary(report)), '', style).map((line) =>
      paint(line, report.failed > 0 ? 31 : 32, style),
    ),
    ...(first === undefined ? [] : ['', 'What failed first:', ...checkLines(first, style), '', 'All checks:']),
    ...(first === undefined ? [''] : []),
    ...report.checks.flatMap((check) => (check === first ? [headLine(check, style)] : checkLines(check, style))),
  ];
  return `${lines.join('\n')}\n`;
}

function checkLines(check: CheckResult, style: CheckStyle): string[] {
  return [
    headLine(check, style),
    ...check.reasons.flatMap((reason) => wrapped(sentence(reason), ' '.repeat(indent), style)),
    ...(check.todo === '' ? [] : wrapped(printable(check.todo), `${' '.repeat(indent)}→ `, style)),
  ];
}

function headLine({ title, status }: CheckResult, style: CheckStyle): string {
  return `${paint(words[status].padEnd(indent), colourOf[status], style)}${title}`;
}

function wrapped(text: string, first: string, { width }: CheckStyle): string[] {
  return wrapWords(text, width, first, ' '.repeat(first.length));
}

/** `Its selector matches nothing (web.yaml:7).` */
function sentence({ message, file, line }: Reason): string {
  const text = capitalised(printable(message));
  const place = file === undefined ? '' : ` (${printable(file)}:${line ?? 1})`;
  return `${text}${place}${text.endsWith('?') && place === '' ? '' : '.'}`;
}

/** With a capital where a sentence begins with a word; names keep their letters. */
export function capitalised(text: string): string {
  return /^[a-z']+(?: |$)/.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
}

function paint(text: string, code: number, { colour }: CheckStyle): string {
  return colour ? coloured(text, code) : text;
}
