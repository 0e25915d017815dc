import type { Finding, Severity } from '../finding.js';
import { escapeInvisible } from '../invisible.js';
import { plainFileName, type Reporter } from '../report.js';

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Workflow commands of GitHub Actions: annotations on the lines of a pull request. GitHub shows only ten errors, ten
 * warnings and ten notices per step, so the worst come first.
 */
export const githubReporter: Reporter = {
  name: 'github',
  description: 'GitHub Actions annotations (workflow commands)',
  showsSummary: false,
  report({ findings }) {
    const worstFirst = (['error', 'warning', 'info'] as const).flatMap((severity) =>
      findings.filter((finding) => finding.severity === severity),
    );
    return worstFirst.map((finding) => `${command(finding)}\n`).join('');
  },
};

function command(finding: Finding): string {
  const properties = Object.entries(place(finding)).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${commands[finding.severity]} ${properties.join(',')}::${escapeData(finding.message)}`;
}

/** GitHub accepts columns only if the finding is within one line. */
function place({ file, range, rule }: Finding): Record<string, string | number> {
  const { start, end } = range;
  const columns = start.line === end.line ? { col: start.column, endColumn: Math.max(end.column, start.column) } : {};
  return { file: plainFileName(file), line: start.line, endLine: end.line, ...columns, title: rule };
}

/** Escapes exactly the characters that the runner unescapes. */
function escapeData(text: string): string {
  return escapeInvisible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
