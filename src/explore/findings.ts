import type { Finding } from '../diagnostics/finding.js';
import type { ListedFinding } from './answers.js';

/** A finding in the form that the page lists. */
export function formatFinding({ rule, severity, message, file, range: { start, end } }: Finding): ListedFinding {
  const place = { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  return { rule, severity, message, file, ...place };
}
