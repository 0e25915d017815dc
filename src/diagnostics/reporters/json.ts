import { formatPath, type Finding } from '../finding.js';
import { stringifyJson } from '../invisible.js';
import type { Reporter } from '../report.js';

/**
 * The findings as data. If a finding is not about an object (such as a document that cannot be parsed), `object` is
 * null and `path` is empty. Offsets of fixes count UTF-16 code units of the file's text.
 */
export const jsonReporter: Reporter = {
  name: 'json',
  description: 'findings and summary as data',
  showsSummary: false,
  report({ findings, summary }) {
    const { errors, warnings, infos, files, objects } = summary;
    const totals = { errors, warnings, infos, files, objects };
    return `${stringifyJson({ findings: findings.map(findingJson), summary: totals })}\n`;
  },
};

function findingJson(finding: Finding): object {
  const { start, end } = finding.range;
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    file: finding.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    object: finding.object ?? null,
    path: formatPath(finding.path ?? []),
    ...(finding.fix === undefined ? {} : { fix: finding.fix }),
  };
}
