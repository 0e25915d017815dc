import type { Finding } from '../../src/diagnostics/finding.js';
import { parseListening } from '../../src/proxy/host-sockets.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { lintNodes, type NodeLintOptions } from '../../src/node-lint/run.js';

/**
 * All findings about one dump. Examples that include manifests have both in one text, each after a line with its file
 * name: `# shop.yaml`, `# node.save`, `# node.listening` (what `ss -ltnu` prints).
 */
export async function lintDump(text: string, options: NodeLintOptions = {}): Promise<readonly Finding[]> {
  const parts = text.split(/^# ([\w-]+\.(?:yaml|save|listening))\n/m);
  if (parts.length < 3) return (await lintNodes([{ name: 'node.save', text }], options)).findings;
  const texts = parts.flatMap((name, index) => (index % 2 === 1 ? [{ name, text: parts[index + 1] ?? '' }] : []));
  const ending = (end: string): typeof texts => texts.filter(({ name }) => name.endsWith(end));
  const manifests = ending('.yaml');
  const listening = ending('.listening').map(({ name, text }) => ({ file: name, ...parseListening(text) }));
  const given = manifests.length === 0 ? {} : { manifests: readManifests(manifests) };
  return (await lintNodes(ending('.save'), { ...given, listening, ...options })).findings;
}

/** Findings as `severity rule@line`. */
export function nodePlaces(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, range }) => `${severity} ${rule}@${range.start.line}`);
}
