import { stringifyJson } from '../diagnostics/invisible.js';
import { escapeMarkdown } from '../diagnostics/markdown.js';
import type { Reason } from '../explain/types.js';
import { printCheckText, type CheckStyle } from './print-text.js';
import { reportSummary } from './summary.js';
import type { CheckReport, CheckResult } from './types.js';

export type CheckFormat = 'text' | 'markdown' | 'json';
export const checkFormats: readonly CheckFormat[] = ['text', 'markdown', 'json'];

/** A report in one of its formats, including its last line break. `style` is for text only. */
export function printCheck(report: CheckReport, format: CheckFormat, style: CheckStyle): string {
  switch (format) {
    case 'text':
      return printCheckText(report, style);
    case 'json':
      return `${stringifyJson(report, 1)}\n`;
    case 'markdown':
      return markdown(report);
  }
}

function markdown(report: CheckReport): string {
  const rows = report.checks.map((check) => `| ${mark(check)} | ${check.title} | ${cell(check)} |`);
  return [escapeMarkdown(reportSummary(report)), '', '| | check | what was found |', '|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

function mark({ status }: CheckResult): string {
  return status === 'failed' ? '**failed**' : status;
}

function cell({ reasons, todo }: CheckResult): string {
  return [...reasons.map(reasonText), ...(todo === '' ? [] : [`→ ${escapeMarkdown(todo)}`])].join('<br>');
}

function reasonText({ message, file, line }: Reason): string {
  return escapeMarkdown(`${message}${file === undefined ? '' : ` (${file}:${line ?? 1})`}`);
}
