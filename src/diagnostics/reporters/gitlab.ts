import type { Severity } from '../finding.js';
import { uniqueFingerprints } from '../fingerprint.js';
import { escapeInvisible, stringifyJson } from '../invisible.js';
import { plainFileName, type Reporter } from '../report.js';

const severities: Record<Severity, string> = { error: 'critical', warning: 'major', info: 'info' };

/**
 * GitLab's code quality report. GitLab compares a merge request with its target branch by fingerprint, so fingerprints
 * do not depend on lines.
 */
export const gitlabReporter: Reporter = {
  name: 'gitlab',
  description: 'GitLab code quality report',
  showsSummary: false,
  report({ findings }) {
    const fingerprints = uniqueFingerprints(findings);
    const issues = findings.map(({ rule, severity, message, file, range }, index) => ({
      description: escapeInvisible(message),
      check_name: rule,
      fingerprint: fingerprints[index],
      severity: severities[severity],
      location: { path: plainFileName(file), lines: { begin: range.start.line, end: range.end.line } },
    }));
    return `${stringifyJson(issues)}\n`;
  },
};
