import type { Finding } from '../../src/diagnostics/finding.js';
import { lintNodes, type NodeLintOptions } from '../../src/node-lint/run.js';

/** All findings over one dump. */
export async function lintDump(text: string, options: NodeLintOptions = {}): Promise<readonly Finding[]> {
  return (await lintNodes([{ name: 'node.save', text }], options)).findings;
}

/** Findings as `severity rule@line`. */
export function nodePlaces(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, range }) => `${severity} ${rule}@${range.start.line}`);
}
