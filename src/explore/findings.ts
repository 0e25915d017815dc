import type { Finding } from '../diagnostics/finding.js';
import type { ListedFinding } from './answers.js';

/** A finding as the page lists it. */
export function formatFinding({ rule, severity, message, file, range: { start } }: Finding): ListedFinding {
  return { rule, severity, message, file, line: start.line, column: start.column };
}
