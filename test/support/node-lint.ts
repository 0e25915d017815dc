import type { Finding } from '../../src/diagnostics/finding.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { lintNodes, type NodeLintOptions } from '../../src/node-lint/run.js';

/**
 * All findings about one dump. Examples that include manifests have both in one text, each after a line with its file
 * name: `# shop.yaml`, `# node.save`.
 */
export async function lintDump(text: string, options: NodeLintOptions = {}): Promise<readonly Finding[]> {
  const parts = text.split(/^# ([\w-]+\.(?:yaml|save))\n/m);
  if (parts.length < 3) return (await lintNodes([{ name: 'node.save', text }], options)).findings;
  const texts = parts.flatMap((name, index) => (index % 2 === 1 ? [{ name, text: parts[index + 1] ?? '' }] : []));
  const [manifests, dumps] = ['.yaml', '.save'].map((end) => texts.filter(({ name }) => name.endsWith(end)));
  return (await lintNodes(dumps ?? [], { manifests: readManifests(manifests ?? []), ...options })).findings;
}

/** Findings as `severity rule@line`. */
export function nodePlaces(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, range }) => `${severity} ${rule}@${range.start.line}`);
}
