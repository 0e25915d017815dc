import { createHash } from 'node:crypto';
import { formatPath, type Finding } from './finding.js';
import { plainFileName } from './report.js';

/**
 * Identifies a finding independently of its line: a hash of rule, object, path and message. Findings equal in all four
 * have the same fingerprint. For findings without an object (unreadable documents), the file is used instead.
 */
export function fingerprint(finding: Finding): string {
  const { rule, object, path, message, file } = finding;
  const subject =
    object === undefined ? ['', plainFileName(file)] : [object.kind, object.namespace || 'default', object.name];
  return hash([rule, ...subject, formatPath(path ?? []), withoutLines(message)]);
}

/** A unique fingerprint for each finding of the list: file and repetition count are included. */
export function uniqueFingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const base = hash([fingerprint(finding), plainFileName(finding.file)]);
    const repetition = seen.get(base) ?? 0;
    seen.set(base, repetition + 1);
    return repetition === 0 ? base : hash([base, String(repetition)]);
  });
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Messages cite other places as `file:line`. Those line numbers change, too, so they are left out. */
function withoutLines(message: string): string {
  return message.replace(/(\.(?:ya?ml|json)|<stdin>)"?:\d+(?::\d+)?/g, '$1').replace(/\bline \d+/g, 'line');
}
