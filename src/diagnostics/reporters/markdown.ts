import type { Finding, Severity } from '../finding.js';
import { escapeMarkdown } from '../markdown.js';
import { plainFileName, summaryLine, type Reporter } from '../report.js';

/** GitHub rejects comments of more than 65,536 characters; GitLab allows more. */
const longest = 60_000;
const icons: Record<Severity, string> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ info' };

/** A Markdown table for a comment on a pull request, short enough for GitHub to accept. */
export const markdownReporter: Reporter = {
  name: 'markdown',
  description: 'a table for a pull request comment',
  showsSummary: true,
  report(report, style) {
    const rows = boundedRows(report.findings);
    const left = report.findings.length - rows.length;
    return [
      ...(style.quiet ? [] : ['### kubechains lint', '', escapeMarkdown(summaryLine(report)), '']),
      ...(rows.length === 0 ? [] : ['| | Where | Finding | Rule |', '|---|---|---|---|', ...rows, '']),
      ...(left === 0 ? [] : [`… and ${left} more. Run \`kubechains lint\` to see all of them.`, '']),
    ].join('\n');
  },
};

function boundedRows(findings: readonly Finding[]): string[] {
  const rows: string[] = [];
  let length = 0;
  for (const finding of findings) {
    const row = tableRow(finding);
    length += row.length + 1;
    if (length > longest) break;
    rows.push(row);
  }
  return rows;
}

function tableRow({ severity, file, range, message, rule }: Finding): string {
  return (
    `| ${icons[severity]} | ${escapeMarkdown(`${plainFileName(file)}:${range.start.line}`)} | ` +
    `${escapeMarkdown(message)} | \`${rule}\` |`
  );
}
